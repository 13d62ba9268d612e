"""The command line's verbs on real databases, each with its own service's secrets."""

import os
import subprocess
import sys
import uuid
from pathlib import Path

import psycopg2
import pytest

from libs.stack import compose, secret_store, values
from libs.stack.procfile import ROOT
from libs.stack.roles import OBSERVER
from tests.servers import PostgresForTests

PACK = ROOT / "exams" / "tianjin-2023"


class CommandLine:
    """`shencai` as a container runs it: everything comes from the environment."""

    def __init__(self, environ: dict[str, str], data_dir: Path) -> None:
        self._environ = os.environ | environ | {"DATA_DIR": str(data_dir)}

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ops.cli", *words],
            env=self._environ,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def urls(postgres: PostgresForTests) -> dict[str, str]:
    return {service: postgres.fresh_database(service) for service in ("upload", "review", "notify")}


@pytest.fixture
def shencai(urls: dict[str, str], postgres: PostgresForTests, tmp_path: Path) -> CommandLine:
    secrets = secret_store.load_or_create(tmp_path / "secrets")
    known = values.plain(compose.PLACE, secrets) | secrets
    known |= {
        "REVIEW_SEALING_KEY": secrets["REVIEW_PUBLIC_KEY"],
        "NOTIFY_SEALING_KEY": secrets["NOTIFY_PUBLIC_KEY"],
    }
    for service, url in urls.items():
        database = url.rpartition("/")[2]
        known[f"{service.upper()}_DATABASE_URL"] = url
        known[f"OPS_{service.upper()}_DATABASE_URL"] = postgres.url(OBSERVER, database=database)
    return CommandLine(known, tmp_path / "data")


def test_the_shipped_exam_is_sound(shencai: CommandLine) -> None:
    checked = shencai("exam", "check", str(PACK))

    assert checked.returncode == 0, checked.stdout
    assert "tianjin-2023 may be loaded" in checked.stdout


def test_every_fault_of_a_pack_is_named(shencai: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "exam.yaml").write_text("code: broken\n")

    checked = shencai("exam", "check", str(folder))

    assert checked.returncode == 1
    assert checked.stdout.count("✗") > 1
    assert "Traceback" not in checked.stderr


def test_an_exam_is_loaded_and_its_window_extended(
    shencai: CommandLine, urls: dict[str, str]
) -> None:
    loaded = shencai("exam", "load", str(PACK))
    assert loaded.returncode == 0, loaded.stderr

    words = ("window", "extend", "tianjin-2023", "--reason", "flood")
    extended = shencai(*words, "--until", "2099-02-18T00:00+08:00")

    assert extended.returncode == 0, extended.stderr
    connection = psycopg2.connect(urls["upload"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT granted_by, reason FROM window_extension")
        ((by, reason),) = cursor.fetchall()
    connection.close()
    assert by.startswith("cli:")
    assert reason == "flood"
    assert "The present end (2023-02-17T00:00+08:00) is not before" in (
        shencai(*words, "--until", "2001-01-01T00:00+08:00").stderr
    )
    for wrong, said in (
        (("--site", "nowhere"), "The exam has no site nowhere. Check the site's code."),
        (("--number", "none"), "There is no registration number none."),
        (("--kind", "third"), "The exam has no window third. Choose one of these windows: main"),
    ):
        refused = shencai(*words, "--until", "2099-03-01T00:00+08:00", *wrong)
        assert refused.returncode == 1
        assert said in refused.stderr
        assert "Traceback" not in refused.stderr
    assert "with its offset" in shencai(*words, "--until", "tomorrow").stderr


def test_a_bad_roster_is_refused_row_by_row_and_nothing_is_imported(
    shencai: CommandLine, urls: dict[str, str], tmp_path: Path
) -> None:
    shencai("exam", "load", str(PACK))
    roster = tmp_path / "roster.csv"
    roster.write_text("registration_number,exam,site,name,id_number,phone\n1,nowhere,x,y,z,0\n")

    refused = shencai("roster", "import", str(roster))

    assert refused.returncode == 1
    assert "nothing was imported" in refused.stderr
    assert "row 2" in refused.stderr
    connection = psycopg2.connect(urls["upload"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registration")
        assert cursor.fetchone() == (0,)
    connection.close()


def test_a_member_of_staff_is_added_once(shencai: CommandLine) -> None:
    words = ("staff", "add", "sample.lead", "--name", "样例·组长", "--role", "area_lead")

    added = shencai(*words)
    again = shencai(*words)

    assert added.returncode == 0, added.stderr
    assert "otpauth://" in added.stdout
    assert again.returncode == 1
    assert "The login sample.lead is taken. Choose another login." in again.stderr


def test_a_parked_message_is_listed_and_dismissed(
    shencai: CommandLine, urls: dict[str, str]
) -> None:
    which = str(uuid.uuid4())
    connection = psycopg2.connect(urls["review"])
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO parked (id, origin, type, envelope, reason) "
            "VALUES (%s, 'inbox', 'Mystery', '{}', 'unknown type')",
            (which,),
        )
    connection.close()

    assert f"{which}  review  Mystery" in shencai("parked", "list").stdout
    assert shencai("parked", "dismiss", which).returncode == 0
    assert "Nothing is parked" in shencai("parked", "list").stdout
    assert "is parked" in shencai("parked", "retry", which).stderr


def test_without_a_database_a_verb_says_so(shencai: CommandLine, tmp_path: Path) -> None:
    nowhere = CommandLine({"UPLOAD_DATABASE_URL": ""}, tmp_path)

    refused = nowhere("exam", "load", str(PACK))

    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
