"""Two of the staff let a candidate in again (R28): a rest ends, a phone is checked anew."""

import pytest

from libs.common import messages as m
from libs.common.errors import Refusal
from services.upload import commands
from services.upload.operations import activation, sign_in
from services.upload.operations.activation import hashed
from tests.integration.upload.room import EXAM, Room
from tests.make import id_number

PASSWORD = "correct horse battery"


@pytest.fixture
def who(room: Room) -> m.ApplicationId:
    return room.candidate()


def ask(room: Room, kind: str, by: str = "one", reason: str = "样例：电话核实过") -> None:
    commands.ask_release(
        room.database, exam=EXAM, number="TJ-00001", kind=kind, reason=reason, actor=by
    )


def confirm(room: Room, kind: str, by: str = "two") -> None:
    commands.confirm_release(
        room.database, exam=EXAM, number="TJ-00001", kind=kind, vault=room.vault, actor=by
    )


def identify(room: Room, who: m.ApplicationId, typed: str) -> Refusal | None:
    with room.database.transaction() as session:
        return activation.confirm_identity(
            session, application_id=who, id_number=typed, vault=room.vault
        )


def enter(room: Room, name: str, password: str) -> object:
    with room.database.transaction() as session:
        return sign_in.sign_in(session, who=name, password=password, vault=room.vault)


def step(room: Room, step: str) -> None:
    room.run("UPDATE account SET step = :step", step=step)


def test_a_resting_identity_check_opens_when_a_second_person_confirms(
    room: Room, who: m.ApplicationId
) -> None:
    for _ in range(5):
        identify(room, who, "120000199805049999")
    ask(room, "entry")
    with pytest.raises(Refusal, match="too_many_failures"):
        identify(room, who, id_number(1))

    confirm(room, "entry")

    assert identify(room, who, id_number(1)) is None


@pytest.mark.parametrize("name", ["TJ-00001", id_number(1)])
def test_a_resting_sign_in_opens_under_both_of_her_names(
    room: Room, who: m.ApplicationId, name: str
) -> None:
    assert who
    room.run(
        "UPDATE account SET step = 'done', identity_at = now(), phone_at = now(),"
        " privacy_version = 'v', privacy_at = now(), consent_version = 'v', consent_at = now(),"
        " pledge_version = 'v', pledge_at = now(), activated_at = now(), password_hash = :hash",
        hash=hashed(PASSWORD),
    )
    for _ in range(5):
        enter(room, name, "a wrong password")
    with pytest.raises(Refusal, match="too_many_failures"):
        enter(room, name, PASSWORD)

    ask(room, "entry")
    confirm(room, "entry")

    assert isinstance(enter(room, name, PASSWORD), sign_in.SignedIn)


def test_the_phone_is_checked_anew_in_the_midst_of_the_activation(
    room: Room, who: m.ApplicationId
) -> None:
    step(room, "phone")
    for _ in range(10):
        with room.database.transaction() as session:
            activation.send_activation_code(session, application_id=who, vault=room.vault)
        room.run("UPDATE phone_code SET sent_at = sent_at - interval '61 seconds'")
    step(room, "pledge")

    ask(room, "phone")
    confirm(room, "phone")

    assert room.rows("SELECT step, phone_at FROM account") == [("phone", None)]
    with room.database.transaction() as session:
        activation.send_activation_code(session, application_id=who, vault=room.vault)


def test_one_person_alone_changes_nothing(room: Room, who: m.ApplicationId) -> None:
    assert who
    ask(room, "phone")

    with pytest.raises(Refusal, match="release_own"):
        confirm(room, "phone", by="one")
    with pytest.raises(Refusal, match="no_release"):
        confirm(room, "entry")


def test_what_was_asked_counts_a_day_and_once(room: Room, who: m.ApplicationId) -> None:
    assert who
    ask(room, "phone")
    room.run("UPDATE release SET asked_at = asked_at - interval '24 hours'")
    with pytest.raises(Refusal, match="no_release"):
        confirm(room, "phone")
    assert commands.waiting_releases(room.database) == []

    ask(room, "phone")
    assert [each.number for each in commands.waiting_releases(room.database)] == ["TJ-00001"]
    confirm(room, "phone")

    with pytest.raises(Refusal, match="no_release"):
        confirm(room, "phone")


def test_a_reason_is_needed_and_both_names_are_audited(room: Room, who: m.ApplicationId) -> None:
    assert who
    with pytest.raises(Refusal, match="words_missing"):
        ask(room, "entry", reason=" ")
    with pytest.raises(Refusal, match="no_registration"):
        commands.ask_release(
            room.database, exam=EXAM, number="TJ-9", kind="entry", reason="x", actor="one"
        )

    ask(room, "entry")
    confirm(room, "entry")

    noted = room.rows("SELECT actor, action FROM audit WHERE action LIKE 'release.%' ORDER BY id")
    assert noted == [("one", "release.asked"), ("two", "release.done")]
