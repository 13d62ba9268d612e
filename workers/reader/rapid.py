"""PP-OCRv6 by rapidocr: the conservative second engine, on onnxruntime and OpenCV.

Older, used by many, and six times as slow on a clean paper. Both models are files of its wheel;
they are named to it, their hashes proven, so that it never looks for one on the network.
"""

import hashlib
import importlib.util
import io
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from rapidocr import RapidOCR

from libs.common.errors import Misconfigured
from workers.reader.engine import Line

DETECTION_EDGE_PX = 640
"""As for the first engine; larger costs more and finds no more."""
MODELS = {
    "Det.model_path": (
        "PP-OCRv6_det_small.onnx",
        "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    ),
    "Rec.model_path": (
        "PP-OCRv6_rec_small.onnx",
        "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
    ),
}
"""Its setting → file and SHA-256: the figures of docs/pictures.md hold for these."""
_SETTINGS = {
    "Global.log_level": "error",
    # It turned one line in 106 papers upside down.
    "Global.use_cls": False,
    "Det.limit_type": "max",
    "Det.limit_side_len": DETECTION_EDGE_PX,
    # Lines of different lengths are padded to the longest of a batch: one by one is a quarter less.
    "Rec.rec_batch_num": 1,
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


class Rapid:
    """One model on one thread."""

    def __init__(self) -> None:
        self.name = f"rapidocr-{version('rapidocr')}-small"
        cv2.setNumThreads(1)
        models = {setting: str(_proven(*model)) for setting, model in MODELS.items()}
        self._engine = RapidOCR(params={**_SETTINGS, **models})

    def read(self, picture: bytes) -> Sequence[Line]:
        """The lines in reading order."""
        with Image.open(io.BytesIO(picture), formats=("JPEG", "PNG")) as image:
            # Its own way of opening takes the numbers of a palette for colours.
            pixels = np.asarray(image.convert("RGB"))
        found = self._engine(np.ascontiguousarray(pixels[:, :, ::-1]))
        if found.boxes is None:
            return []
        return [
            Line(text, float(score), *_bounds(box))
            for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
        ]


def _bounds(box: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> tuple[float, ...]:
    """Left, top, right, bottom of four corners."""
    low, high = box.min(axis=0), box.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _proven(name: str, sha256: str) -> Path:
    found = importlib.util.find_spec("rapidocr")
    for folder in (found.submodule_search_locations or []) if found else []:
        path = Path(folder, "models", name)
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
            return path
    raise Misconfigured(f"rapidocr's {name} is not the model that was measured")
