"""`python -m ops.drawing`: draws the pack's sample pictures and the demo's papers again."""

import dataclasses as dc
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import click
from PIL import Image

from ops.demo.cast import UPLOADING, Player
from ops.demo.cast import cast as players
from ops.demo.former import former
from ops.drawing.papers import PAPERS, paper, sample
from ops.drawing.people import AREA_CODE, NOBODY, PEOPLE, Person
from ops.drawing.photo import Look, fitted, photograph

SAMPLES = Path("exams/tianjin-2023/samples")
DEMO_PAPERS = Path("ops/demo/papers")

SAMPLE_BYTES, SAMPLE_EDGE = 54_000, 1000
MISTAKE_BYTES, MISTAKE_EDGE, MISTAKE_QUALITIES = 6_000, 280, (64, 54, 46, 38, 30)
MISTAKES: tuple[Look, ...] = ("glare", "cut", "dark", "sideways")
"""What most often makes a reviewer ask again; shown small, beside the good sample."""
DEMO_BYTES, DEMO_EDGE = 50_000, 1200
CARD_BYTES, CARD_EDGE = 34_000, 1150
CARD = "A01"
"""Its first side is the one paper that each of the demo's candidates has of their own."""


@dc.dataclass(frozen=True)
class Shot:
    """One of the demo's papers; its file is `A01-2-dark.jpg`: material, position, look.

    A paper of one's own has the registration number behind: `A01-1-clear-DEMO-0013.jpg`.
    """

    material: str
    position: int
    look: Look
    of: Player | None = None

    @property
    def file(self) -> str:
        """The name of its file."""
        whose = f"-{self.of.number}" if self.of else ""
        return f"{self.material}-{self.position}-{self.look}{whose}.jpg"

    @property
    def holder(self) -> Person:
        """Who stands on it; on what many hold up, nobody."""
        if self.of is None:
            return NOBODY
        sex = {"female": "女", "male": "男"}[self.of.sex]
        born = self.of.born.replace("-", "")
        school = PEOPLE[0].school
        return Person(self.of.name, sex, born, self.of.unit, school, self.of.id_number)


SPOILT: tuple[Shot, ...] = (
    Shot("A01", 2, "blurry"),
    Shot("A01", 2, "cut"),
    Shot("A07", 1, "sideways"),
    Shot("A07", 1, "small"),
    Shot("B01", 1, "dark"),
    Shot("B01", 1, "blurry"),
    Shot("B02", 1, "sideways"),
    Shot("C01", 1, "cut"),
    Shot("C01", 1, "blurry"),
    Shot("C06", 1, "dark"),
)


def shots() -> tuple[Shot, ...]:
    """Every paper of every material once, clearly; some besides with a typical fault.

    And the card of each who uploads one, clearly, and besides as badly as it was taken at first.
    """
    clear = [
        Shot(code, position, "clear")
        for code in sorted(PAPERS)
        for position in range(1, len(PAPERS[code]) + 1)
        if (code, position) != (CARD, 1)
    ]
    return (*clear, *SPOILT, *_cards())


def _cards() -> Iterator[Shot]:
    for player in (*players(), former()):
        if player.stage in UPLOADING and player.id_number.startswith(AREA_CODE):
            looks = {"clear", player.looks.get(f"{CARD}-1", "clear")}
            yield from (Shot(CARD, 1, cast("Look", look), player) for look in sorted(looks))


@click.command()
def main() -> None:
    """Draw all committed pictures again."""
    written = [_write(SAMPLES / f"{code}.jpg", _sample(code)) for code in sorted(PAPERS)]
    click.echo(f"{len(written)} samples, {sum(written):,} bytes in {SAMPLES}")
    written = [
        _write(SAMPLES / "mistakes" / f"{code}-{look}.jpg", _mistake(code, look))
        for code in sorted(PAPERS)
        for look in MISTAKES
    ]
    click.echo(f"{len(written)} mistakes, {sum(written):,} bytes in {SAMPLES}/mistakes")
    written = [_write(DEMO_PAPERS / shot.file, _photo(shot)) for shot in shots()]
    click.echo(f"{len(written)} papers, {sum(written):,} bytes in {DEMO_PAPERS}")


def _sample(code: str) -> bytes:
    return fitted(sample(code), max_bytes=SAMPLE_BYTES, long_edge=SAMPLE_EDGE)


def _mistake(code: str, look: Look) -> bytes:
    """The sample's first paper, photographed with that mistake."""
    spoilt = _photographed(Shot(code, 1, look), PEOPLE[0])
    return fitted(
        spoilt, max_bytes=MISTAKE_BYTES, long_edge=MISTAKE_EDGE, qualities=MISTAKE_QUALITIES
    )


def _photo(shot: Shot) -> bytes:
    photo = _photographed(shot, shot.holder)
    if shot.of is not None:
        return fitted(photo, max_bytes=CARD_BYTES, long_edge=CARD_EDGE)
    return fitted(photo, max_bytes=DEMO_BYTES, long_edge=DEMO_EDGE)


def _photographed(shot: Shot, holder: Person) -> Image.Image:
    drawn = paper(shot.material, position=shot.position, person=holder)
    seed = int.from_bytes(hashlib.sha256(shot.file.encode()).digest()[:4], "big")
    return photograph(drawn, seed=seed, look=shot.look)


def _write(path: Path, data: bytes) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return len(data)


if __name__ == "__main__":
    main()
