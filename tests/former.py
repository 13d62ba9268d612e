"""An earlier exam in which a candidate of the demo took part: handed in, accepted, published."""

import uuid

from sqlalchemy import text

from libs.common import messages as m
from libs.common.clock import now
from libs.common.messages import ApplicationId
from services.upload import commands
from services.upload.operations import exams
from services.upload.packs import copies, pack
from tests import pictures
from tests.candidate import PACK, CandidateSite

FORMER_PACK = PACK.parent / "tianjin-2022"
FORMER = "demo-tianjin-2022"
NAME = "2022年医师资格考试 · 天津考区（样例）（演示）"
VALID_UNTIL = "2038-05-04"


def load_former(site: CandidateSite) -> None:
    """The exam of the year before, once."""
    document = copies.former_demo(pack.load(FORMER_PACK)[0], now=now())
    with site.database.transaction() as db:
        if commands.exam_or_none(db, FORMER) is not None:
            return
        exams.load_exam(db, document, actor="tests")


def took_part(
    site: CandidateSite,
    number: str,
    *,
    accepted: bool = True,
    outcome: m.Outcome = "passed",
    publishes: bool = True,
) -> tuple[ApplicationId, list[m.ImageId]]:
    """Her application of then, and its images: both sides of the card, a diploma, a probation.

    `number` ends like the one of now, so that both have one ID number.
    """
    load_former(site)
    who = site.activated(number, exam=FORMER)
    images = [
        site.upload(who, code, pictures.jpeg(pictures.paper(900, 640, seed=at + int(number[-3:]))))
        for at, code in enumerate(("A01", "A01", "B01", "C01"))
    ]
    site.check_images()
    read_validity(site, images[1], VALID_UNTIL)
    site.submit(who)
    marked = tuple(images) if accepted else ()
    site.hear(
        m.CaseAdvanced(
            application_id=who,
            case_id=m.CaseId(uuid.uuid4()),
            round=1,
            case_version=2,
            stage="awaiting_publication",
            accepted=marked,
        )
    )
    if publishes:
        publish(site, who, number, outcome)
    return who, images


def publish(site: CandidateSite, who: ApplicationId, number: str, outcome: m.Outcome) -> None:
    """The earlier result is out."""
    result = m.PublishedResult(application_id=who, registration_number=number, outcome=outcome)
    site.hear(
        m.ResultsPublished(
            batch_id=m.BatchId(uuid.uuid4()),
            exam=FORMER,
            part=1,
            parts=1,
            published_at=now(),
            results=(result,),
        )
    )


def read_validity(site: CandidateSite, image: m.ImageId, day: str | None) -> None:
    """What the reader saw as the end of the paper's validity."""
    with site.database.transaction() as db:
        db.execute(
            text("UPDATE image SET valid_until = CAST(:day AS date) WHERE id = :id"),
            {"day": day, "id": image},
        )
