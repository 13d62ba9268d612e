"""Every queue has exactly one kind of eater in the Procfile, and every eater a queue."""

import re
import shlex

import pytest

from libs.common import broker
from libs.common import messages as m
from libs.common.routes import QUEUES, ROUTES, SERVICES, STATELESS, Queue
from libs.stack import procfile

WITHOUT_A_ROUTE = {m.Receipt, m.Crashed}
"""They go back to the queue of the message's producer."""


def eaters() -> dict[str, str]:
    """Queue → process, of every Celery line of the Procfile."""
    found: dict[str, str] = {}
    for name, command in procfile.read(procfile.PRODUCT).items():
        words = shlex.split(command)
        if words[0] != "celery":
            continue
        queue = words[words.index("-Q") + 1]
        assert queue not in found, f"{name} and {found[queue]} both eat {queue}"
        found[queue] = name
    return found


def test_every_queue_is_eaten_and_every_eater_has_a_queue() -> None:
    assert set(eaters()) == set(QUEUES), "add a line to Procfile or a queue to libs/common/routes"


def test_every_message_goes_to_a_queue_that_is_eaten() -> None:
    for message in m.MESSAGES.values():
        if message in WITHOUT_A_ROUTE:
            continue
        assert ROUTES.get(message), f"say in libs/common/routes.py who hears {message.__name__}"
        assert set(ROUTES[message]) <= set(eaters())


@pytest.mark.parametrize("queue", QUEUES)
def test_an_eater_runs_as_the_plumbing_expects(queue: Queue) -> None:
    name = eaters()[queue]
    command = procfile.read(procfile.PRODUCT)[name]

    assert " ".join(broker.QUIET) in command
    assert "--autoscale" not in command
    assert re.search(r" -c \d+ ", command), "a fixed number of processes"
    assert f"-n {queue}.$SLOT@%h" in command


@pytest.mark.parametrize("queue", SERVICES)
def test_a_service_that_eats_has_a_relay_that_settles(queue: Queue) -> None:
    assert procfile.read(procfile.PRODUCT)[f"{queue}-relay"].endswith(f"libs.common.relay {queue}")


def test_a_queue_is_a_services_or_a_workers() -> None:
    assert set(SERVICES) & set(STATELESS) == set()
