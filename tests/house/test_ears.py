"""Who is to hear a message has an ear for it: without one each would be parked, unheard."""

import ast
import shlex
from collections.abc import Callable, Collection
from typing import cast

import pytest

from libs.common import messages as m
from libs.common.fields import FieldCipher
from libs.common.routes import EXPRESS, QUEUES, ROUTES, STATELESS, Queue
from libs.stack import procfile
from services.notify.ears import Ears
from services.notify.settings import ConsumerSettings
from services.review import ears as review
from services.review.vault import Vault as ReviewVault
from services.upload import ears as upload
from services.upload.vault import Vault as UploadVault
from tests.house.source import ROOT, parse

HEARD_ELSEWHERE = {
    m.Ping.__name__,  # the plumbing itself answers
}
FIELD_KEYS = "k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


def _of_upload() -> Collection[type[m.Message]]:
    cipher = FieldCipher(FIELD_KEYS)
    return upload.operations(UploadVault(cipher, index_key="", review_key="", notify_key=""))


def _of_review() -> Collection[type[m.Message]]:
    return review.operations(cast("ReviewVault", object()))


def _of_notify() -> Collection[type[m.Message]]:
    settings = ConsumerSettings(
        notify_database_url="",
        notify_field_keys=FIELD_KEYS,
        notify_private_key="",
        notify_index_key="",
        sms_public_key="",
        review_sealing_key="",
        broker_url="",
    )
    return Ears(settings).operations()


SERVICES: dict[Queue, Callable[[], Collection[type[m.Message]]]] = {
    "upload": _of_upload,
    "review": _of_review,
    "notify": _of_notify,
    "notify_codes": _of_notify,
}


def _names_of_worker(queue: Queue) -> set[str]:
    """The messages of the table that the worker gives to its door, read from its source."""
    commands = [c for c in procfile.read(procfile.PRODUCT).values() if f" -Q {queue} " in c]
    (command,) = commands
    words = shlex.split(command)
    module = words[words.index("-A") + 1]
    for node in ast.walk(parse(ROOT / f"{module.replace('.', '/')}.py")):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "worker_door.stateless":
            (table,) = (given for given in node.args if isinstance(given, ast.Dict))
            return {ast.unparse(key) for key in table.keys if key is not None}
    raise AssertionError(f"{module} opens no door")


def ears_of(queue: Queue) -> set[str]:
    if queue in STATELESS:
        return _names_of_worker(queue)
    return {message.__name__ for message in SERVICES[queue]()}


@pytest.mark.parametrize("queue", QUEUES)
def test_every_message_has_an_ear_in_each_room_that_it_goes_to(queue: Queue) -> None:
    expected = {name.__name__ for name, to in ROUTES.items() if queue in to}

    deaf = expected - ears_of(queue) - HEARD_ELSEWHERE

    assert not deaf, f"{queue} has no ear for {sorted(deaf)}: each would be parked, unheard"


@pytest.mark.parametrize("queue", [queue for queue in QUEUES if queue not in EXPRESS])
def test_no_ear_listens_for_what_never_comes(queue: Queue) -> None:
    express = {m.NoticeRequested.__name__} if queue == "notify" else set()
    routed = {message.__name__ for message, to in ROUTES.items() if queue in to} | express

    assert ears_of(queue) <= routed, "delete the ear, or say in libs/common/routes.py who hears it"
