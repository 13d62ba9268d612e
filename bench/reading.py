"""How often the reader is right, and what it costs: drawn papers of invented people.

    python -m bench.reading [PEOPLE] [ENGINE …]

Kind of paper, ID number and name confirmed, impostors of the same area and birthday, CPU seconds of
one thread, of each engine (all of them unless some are named). Seeds are fixed; a Chinese font is
needed to draw (fonts-noto-cjk).
"""

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.corpus import MAX_BYTES, people
from ops.drawing.papers import PAPERS, paper
from ops.drawing.people import PEOPLE, Person, id_number
from ops.drawing.photo import fitted, photograph
from services.upload.domain.reading import compare_id_number, compare_name
from workers.images.check import check
from workers.reader.choice import ENGINES
from workers.reader.engine import Engine
from workers.reader.kinds import UNKNOWN
from workers.reader.read import Read, read

KINDS = {
    "A01": ("id_front", "id_back"),
    "A03": ("temporary_id", "id_back"),
    "A04": ("household_page",),
    "A05": ("hk_mo_tw_permit",),
    "A06": ("passport",),
    "A07": ("registration_slip",),
    "B01": ("diploma",),
    "B02": ("education_register",),
    "B03": ("education_report",),
    "B04": ("degree",),
    "B05": ("overseas_degree",),
    "B06": ("roster",),
    "B07": ("replacement_diploma",),
    "B08": ("military_education",),
    "B09": ("student_card",),
    "C01": ("probation",),
    "C02": ("practice",),
    "C03": ("pledge",),
    "C04": ("probation",),
    "C06": ("insurance",),
    "C08": ("qualification", "practice_certificate"),
    "C09": ("rural_post",),
    "D01": ("qualification",),
    "D02": ("practice_certificate",),
    "D03": ("first_registration",),
    "E01": ("institution_licence",),
    "E02": ("clinic_filing",),
    "F01": ("apprenticeship",),
    "F02": ("expertise",),
    "F03": ("internship_form",),
    "F04": ("military_consent",),
    "F05": ("military_probation",),
    "F06": ("extra_subject",),
    "G01": ("admission_ticket",),
    "G02": ("score_report",),
}
"""Kinds of the papers of each material; the others bear no words that stand on them alone."""
LOOKS = ("clear", "dark")


def view_of(code: str, position: int, person: Person, *, look: str, seed: int) -> bytes:
    """The view that the reader is given: photographed, shrunk, checked, rendered."""
    photo = photograph(paper(code, position=position, person=person), seed=seed, look=look)  # type: ignore[arg-type]
    view = check(fitted(photo, max_bytes=MAX_BYTES), orientation=1).view
    assert view is not None
    return view


def timed(picture: bytes, engines: Sequence[Engine]) -> tuple[Read, float]:
    """The reading, and its CPU seconds."""
    before = time.process_time()
    found = read(picture, engines)
    return found, time.process_time() - before


def kinds_of_papers(engines: Sequence[Engine]) -> None:
    """Every paper of the list in two lights: right, unknown, confused."""
    counts: Counter[str] = Counter()
    for seed, (code, at, look) in enumerate(_every_paper(), start=1):
        found, _ = timed(view_of(code, at, PEOPLE[0], look=look, seed=seed), engines)
        kind, own = found.reading.kind, KINDS.get(code, ())
        confused = kind not in {UNKNOWN, *own}
        counts["confused" if confused else "unknown" if kind == UNKNOWN else "right"] += 1
        if confused:
            print(f"  confused: {code}-{at} {look} read as {kind}")
    print(f"kind of paper: {dict(counts)}")


def _every_paper() -> Iterator[tuple[str, int, str]]:
    for code in sorted(PAPERS):
        for at in range(1, len(PAPERS[code]) + 1):
            for look in LOOKS:
                yield code, at, look


def cards(engines: Sequence[Engine], count: int) -> None:
    """ID cards of many people: confirmed, and impostors born the same day in the same area."""
    seconds, confirmed, named, impostors, tried = [], 0, 0, 0, 0
    for seed, person in enumerate(people(count), start=1):
        found, cost = timed(view_of("A01", 1, person, look="clear", seed=seed), engines)
        seconds.append(cost)
        numbers = found.reading.id_numbers
        confirmed += compare_id_number(numbers, person.number) == "match"
        named += compare_name(found.reading.names, person.name) == "match"
        others = {id_number(person.born, serial) for serial in range(100)} - {person.number}
        tried += len(others)
        impostors += sum(compare_id_number(numbers, other) == "match" for other in others)
    print(f"ID number confirmed: {confirmed} of {count} ({100 * confirmed / count:.1f} %)")
    print(f"name confirmed: {named} of {count} ({100 * named / count:.1f} %)")
    print(f"impostors confirmed: {impostors} of {tried} ({100 * impostors / tried:.2f} %)")
    seconds.sort()
    print(f"CPU seconds: p50 {seconds[count // 2]:.3f}, p95 {seconds[int(count * 0.95)]:.3f}")


def main() -> None:
    """Both tables, of each engine."""
    people_drawn = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    for name in sys.argv[2:] or ENGINES:
        engines = ENGINES[name]()
        print(f"### {name}: {', '.join(engine.name for engine in engines)}")
        for engine in engines:
            engine.read(Path("ops/demo/papers/A01-1-clear-DEMO-0024.jpg").read_bytes())
        kinds_of_papers(engines)
        cards(engines, people_drawn)


if __name__ == "__main__":
    main()
