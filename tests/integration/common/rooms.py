"""Three small rooms that run as real Celery processes, to torture the plumbing alone.

`upload` sends SubmittedImageChecked to `review` and CheckImage to `images`; each effect is a row.
"""

import os
import signal
import time

from celery import Celery
from sqlalchemy import text
from sqlalchemy.orm import Session

from libs.common import broker_guards, doors, outbox, worker_door
from libs.common import messages as m
from libs.common.db import Database
from libs.common.envelopes import Envelope
from libs.common.errors import BadMessage

BROKER = os.environ["BROKER_URL"]
ROOM = os.environ["ROOM"]
EFFECT = "INSERT INTO effect (key) VALUES (:key)"


def effect(session: Session, message: m.SubmittedImageChecked | m.ImageChecked) -> None:
    session.execute(text(EFFECT), {"key": message.image_id})
    time.sleep(0.002)
    if isinstance(message, m.SubmittedImageChecked) and message.width == 666:
        os.kill(os.getpid(), signal.SIGKILL)
    if isinstance(message, m.SubmittedImageChecked) and message.width == 13:
        raise ValueError("this one always fails")


def check(message: m.CheckImage, _: Envelope) -> m.ImageChecked:
    if message.original_key == "poison":
        os.kill(os.getpid(), signal.SIGKILL)
    if message.original_key == "hang":
        time.sleep(3600)
    if message.original_key == "sealed for another":
        raise BadMessage("sealed for another room, or altered")
    if message.original_key == "memory":
        raise MemoryError
    time.sleep(3 if message.original_key == "slow" else 0.002)
    return m.ImageChecked(
        image_id=message.image_id,
        checker="toy",
        format="jpeg",
        width=1,
        height=1,
        findings=(),
        signals={},
        view_key=None,
        grid_key=None,
    )


def damaged(session: Session, command: outbox.CrashedCommand) -> bool:
    if command.crashes < 2 or "sealed" in command.body["original_key"]:
        return False
    session.execute(text(EFFECT), {"key": command.body["image_id"]})
    return True


def database() -> Database:
    return Database(os.environ["DATABASE_URL"], process=ROOM, pool_size=2)


def make() -> Celery:
    if "WITHOUT_GUARDS" in os.environ:
        broker_guards.install = lambda: None
    if ROOM == "images":
        return worker_door.stateless("images", BROKER, {m.CheckImage: check})
    if ROOM == "review":
        return doors.service("review", BROKER, database, {m.SubmittedImageChecked: effect})
    return doors.service("upload", BROKER, database, {m.ImageChecked: effect}, on_crash=damaged)


app = make()
if "VISIBILITY_SECONDS" in os.environ:
    app.conf.broker_transport_options["visibility_timeout"] = int(os.environ["VISIBILITY_SECONDS"])
if "WITH_REMOTE_CONTROL" in os.environ:
    app.conf.worker_enable_remote_control = True
if "LIMIT_SECONDS" in os.environ:
    app.conf.task_time_limit = int(os.environ["LIMIT_SECONDS"])
    app.conf.task_soft_time_limit = None
