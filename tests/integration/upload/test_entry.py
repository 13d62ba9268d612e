"""Activation, sign-in, the forgotten password (R2): right, wrong, locked out, resumed."""

import datetime as dt
import re

import pytest

from libs.common import browser_sessions, sealing
from libs.common import messages as m
from libs.common.errors import Refusal
from services.upload.operations import activation, codes, contacts, sign_in
from services.upload.operations.codes import check_code
from services.upload.operations.sign_in import SignedIn
from services.upload.queries.account import activation_page, registration_panel, signed
from tests.integration.upload.room import PHONE, Room
from tests.make import id_number

PASSWORD = "correct horse battery"


class Entry:
    """The steps of one candidate."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.id = room.candidate()

    def identity(self, typed: str = "") -> Refusal | None:
        with self.room.database.transaction() as session:
            return activation.confirm_identity(
                session,
                application_id=self.id,
                id_number=typed or id_number(1),
                vault=self.room.vault,
            )

    def send(self) -> str:
        """Ask for a code; what notify reads of it."""
        with self.room.database.transaction() as session:
            activation.send_activation_code(session, application_id=self.id, vault=self.room.vault)
        return self.last_code()

    def last_code(self) -> str:
        notice = self.room.said(m.NoticeRequested)[-1]
        secret = sealing.unseal(notice.secret, self.room.notify_key)
        assert secret["phone"] == PHONE
        return str(secret["code"])

    def verify(self, code: str) -> Refusal | None:
        with self.room.database.transaction() as session:
            return activation.verify_phone(
                session, application_id=self.id, code=code, vault=self.room.vault
            )

    def read(self) -> None:
        with self.room.database.transaction() as session:
            activation.accept_privacy(
                session,
                application_id=self.id,
                privacy_version=self.room.exam.privacy.version,
                consent_version=self.room.exam.consent.version,
            )

    def pledge(self, version: str = "") -> None:
        with self.room.database.transaction() as session:
            activation.make_pledge(
                session,
                application_id=self.id,
                pledge_version=version or self.room.exam.pledge.version,
            )

    def password(self, password: str = PASSWORD) -> None:
        with self.room.database.transaction() as session:
            activation.set_password(session, application_id=self.id, password=password)

    def activate(self) -> None:
        assert self.identity() is None
        assert self.verify(self.send()) is None
        self.read()
        self.pledge()
        self.password()

    def step(self) -> str:
        with self.room.database.transaction() as session:
            return activation_page(session, self.id, vault=self.room.vault).step

    def sign_in(self, who: str, password: str = PASSWORD) -> SignedIn | Refusal:
        with self.room.database.transaction() as session:
            return sign_in.sign_in(session, who=who, password=password, vault=self.room.vault)


@pytest.fixture
def entry(room: Room) -> Entry:
    return Entry(room)


def test_activation_leads_through_its_steps_and_can_be_resumed(entry: Entry) -> None:
    steps = [entry.step()]
    entry.identity()
    steps.append(entry.step())
    entry.verify(entry.send())
    steps.append(entry.step())
    entry.read()
    steps.append(entry.step())
    entry.pledge()
    steps.append(entry.step())
    entry.password()

    assert steps == ["identity", "phone", "privacy", "pledge", "password"]
    assert entry.step() == "done"
    assert entry.sign_in("TJ-00001") == SignedIn(application_id=entry.id)


def test_no_step_can_be_jumped(entry: Entry) -> None:
    for do in (entry.send, entry.read, entry.pledge, entry.password):
        with pytest.raises(Refusal, match="step_missing"):
            do()


def test_an_activated_account_is_not_activated_again(entry: Entry) -> None:
    entry.activate()

    with pytest.raises(Refusal, match="activated"):
        entry.password("another long password")


def test_a_wrong_id_number_is_counted_and_the_entry_rests(entry: Entry) -> None:
    for _ in range(5):
        assert refused(entry.identity("120000199805049999")) == "identity_wrong"

    with pytest.raises(Refusal, match="too_many_failures") as rest:
        entry.identity()
    assert rest.value.params["minutes"] == 1
    assert re.fullmatch(r"\d\d:\d\d", str(rest.value.params["until"]))


def test_the_id_number_may_be_typed_with_spaces_and_a_small_x(entry: Entry) -> None:
    assert entry.identity(f" {id_number(1)[:6]} {id_number(1)[6:].lower()} ") is None


def test_a_code_counts_once_and_five_wrong_ones_void_it(entry: Entry) -> None:
    entry.identity()
    code = entry.send()
    wrong = "000000" if code != "000000" else "111111"

    answers = [refused(entry.verify(wrong)) for _ in range(5)]

    assert answers == ["code_wrong"] * 4 + ["code_expired"]
    assert refused(entry.verify(code)) == "code_expired"


def test_a_code_can_be_sent_again_after_a_minute_and_voids_the_first(
    entry: Entry, room: Room
) -> None:
    entry.identity()
    first = entry.send()
    with pytest.raises(Refusal, match="code_too_soon"):
        entry.send()
    room.run("UPDATE phone_code SET sent_at = sent_at - interval '61 seconds'")
    second = entry.send()

    assert first == second or refused(entry.verify(first)) == "code_wrong"
    assert entry.verify(second) is None


def test_a_code_expires_after_five_minutes(entry: Entry, room: Room) -> None:
    entry.identity()
    code = entry.send()
    room.run("UPDATE phone_code SET expires_at = clock_timestamp()")

    assert refused(entry.verify(code)) == "code_expired"


def test_a_corrected_phone_is_sent_a_code_at_once_and_the_old_ones_counts_no_more(
    entry: Entry, room: Room
) -> None:
    entry.identity()
    old = entry.send()
    corrected = room.record(1, phone="13900009999")

    room.register(corrected)

    assert refused(entry.verify(old)) == "code_expired"
    with room.database.transaction() as session:
        activation.send_activation_code(session, application_id=entry.id, vault=room.vault)
    sent = sealing.unseal(room.said(m.NoticeRequested)[-1].secret, room.notify_key)
    assert sent["phone"] == "13900009999"
    assert entry.verify(str(sent["code"])) is None


def test_a_day_has_ten_codes(entry: Entry, room: Room) -> None:
    entry.identity()
    for _ in range(10):
        entry.send()
        room.run("UPDATE phone_code SET sent_at = sent_at - interval '61 seconds'")

    with pytest.raises(Refusal, match="codes_used_up"):
        entry.send()


def test_a_pledge_that_has_changed_meanwhile_is_read_again(entry: Entry) -> None:
    entry.identity()
    entry.verify(entry.send())
    entry.read()

    with pytest.raises(Refusal, match="statement_outdated"):
        entry.pledge("old")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_short"),
        ("x" * 129, "password_long"),
        ("12345678901", "password_guessable"),
        ("aaaaaaaaaaaa", "password_guessable"),
    ],
)
def test_a_password_has_ten_to_128_characters_and_is_not_guessed_at_once(
    entry: Entry, password: str, code: str
) -> None:
    entry.identity()
    entry.verify(entry.send())
    entry.read()
    entry.pledge()

    with pytest.raises(Refusal, match=code):
        entry.password(password)


def test_she_signs_in_by_registration_number_or_id_number(entry: Entry) -> None:
    entry.activate()

    for who in ("TJ-00001", " tj-00001 ", id_number(1), f" {id_number(1).lower()} "):
        assert entry.sign_in(who) == SignedIn(application_id=entry.id)


def test_known_and_unknown_names_get_one_answer_and_one_lock(entry: Entry) -> None:
    entry.activate()

    for who in ("TJ-00001", "TJ-77777"):
        answers = [refused(entry.sign_in(who, "wrong password")) for _ in range(5)]
        assert answers == ["sign_in_wrong"] * 5
        with pytest.raises(Refusal, match="too_many_failures"):
            entry.sign_in(who)


def test_the_soft_lock_doubles_and_ends(entry: Entry, room: Room) -> None:
    entry.activate()
    minutes = []
    for _ in range(8):
        try:
            entry.sign_in("TJ-00001", "wrong password")
        except Refusal as refusal:
            minutes.append(refusal.params["minutes"])
            room.run("UPDATE guard SET locked_until = clock_timestamp()")
            entry.sign_in("TJ-00001", "wrong password")

    assert minutes[:3] == [1, 2, 4]
    room.run("UPDATE guard SET locked_until = clock_timestamp()")
    assert isinstance(entry.sign_in("TJ-00001"), SignedIn)


def test_who_is_not_activated_cannot_sign_in(entry: Entry) -> None:
    assert refused(entry.sign_in("TJ-00001")) == "sign_in_wrong"


def test_a_forgotten_password_is_set_anew_by_a_code_and_ends_every_session(
    entry: Entry, room: Room
) -> None:
    entry.activate()
    limits = browser_sessions.Limits(dt.timedelta(hours=1), dt.timedelta(hours=1))
    with room.database.transaction() as session:
        token = browser_sessions.start(
            session, kind=sign_in.SESSION_KIND, subject=entry.id, limits=limits
        )

    forget(room, "TJ-00001")
    done = reset(room, "TJ-00001", entry.last_code())

    assert done == SignedIn(application_id=entry.id)
    assert isinstance(entry.sign_in("TJ-00001", "a new long password"), SignedIn)
    with room.database.transaction() as session:
        assert browser_sessions.find(session, token, kind=sign_in.SESSION_KIND) is None


def test_asking_for_a_code_tells_nobody_whether_there_is_an_account(
    entry: Entry, room: Room
) -> None:
    entry.activate()
    forget(room, "TJ-00001")
    sent = len(room.said(m.NoticeRequested))

    forget(room, "TJ-77777")
    forget(room, "TJ-00001")

    # Hers went out less than a minute ago, and counts: another is withheld, without a word.
    assert len(room.said(m.NoticeRequested)) == sent
    assert refused(reset(room, "TJ-77777", "123456")) == "reset_wrong"
    assert refused(reset(room, "TJ-00001", "123456")) == "reset_wrong"


def test_a_code_of_the_activation_sets_no_password(entry: Entry, room: Room) -> None:
    entry.identity()
    code = entry.send()

    with room.database.transaction() as session:
        answer = check_code(
            session, application_id=entry.id, purpose="password", code=code, vault=room.vault
        )

    assert refused(answer) == "code_expired"


def test_only_a_keyed_hash_of_a_code_is_kept(entry: Entry, room: Room) -> None:
    entry.identity()
    code = entry.send()

    (row,) = room.rows("SELECT code_hash FROM phone_code")

    assert len(row.code_hash) == 32
    assert code.encode() not in bytes(row.code_hash)


def test_her_language_goes_to_notify_once(entry: Entry, room: Room) -> None:
    for _ in range(2):
        with room.database.transaction() as session:
            contacts.set_language(session, application_id=entry.id, language="en", vault=room.vault)

    told = room.said(m.ContactChanged)
    assert [(t.revision, t.language) for t in told] == [(1, "zh-CN"), (2, "en")]
    with room.database.transaction() as session:
        assert signed(session, entry.id).language == "en"


def test_the_panel_masks_what_is_personal(entry: Entry, room: Room) -> None:
    with room.database.transaction() as session:
        panel = registration_panel(session, entry.id, vault=room.vault)

    words = {row.name: row.value.zh for row in panel.rows}
    assert words["name"] == "样**甲"
    assert words["phone"] == "139****1234"
    assert words["id_number"].count("*") == 11
    assert words["level"] != "physician"


def test_codes_are_six_digits() -> None:
    assert all(len(codes._draw()) == 6 for _ in range(100))


def refused(answer: object) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.code


def forget(room: Room, who: str) -> None:
    with room.database.transaction() as session:
        sign_in.send_password_code(session, who=who, vault=room.vault)


def reset(room: Room, who: str, code: str) -> SignedIn | Refusal:
    with room.database.transaction() as session:
        return sign_in.reset_password(
            session, who=who, code=code, password="a new long password", vault=room.vault
        )
