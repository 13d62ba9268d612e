"""One list of processes, and each knows what it needs and nothing else."""

import dataclasses as dc
import importlib
import importlib.util
import itertools
from pathlib import Path

import pytest

from libs.common import settings
from libs.stack import acting, processes, procfile, secret_store, values
from libs.stack.place import Place
from libs.stack.processes import AS_SERVICE, PROCESSES
from libs.stack.roles import DATABASES
from ops.cli.audit import acts_as

PLACE = Place(data_dir=Path("/nowhere"))
WEBS = {"upload-web", "review-web", "notify-web", "ops", "registration"}
RUNTIME = {"PATH", "HOME", "LANG", "TZ", "PYTHONUNBUFFERED", "PROCESS", "SLOT", "HEALTH_DIR"}
RUNTIME |= {"REMAP_SIGTERM", "BIND", "PROMETHEUS_MULTIPROC_DIR"}

WEB_SETTINGS = "libs.common.web.app:WebSettings"
STORAGE_SETTINGS = "libs.common.storage:StorageSettings"
SETTINGS = {
    "upload-web": [
        "services.upload.settings:UploadSettings",
        "services.upload.settings:EntrySettings",
        *(WEB_SETTINGS, STORAGE_SETTINGS),
    ],
    "review-web": ["services.review.settings:ReviewSettings", WEB_SETTINGS, STORAGE_SETTINGS],
    "ops": ["ops.console.settings:ConsoleSettings"],
    "notify-web": ["services.notify.settings:WebProcessSettings"],
    "notify-consumer": ["services.notify.settings:ConsumerSettings"],
    "notify-codes": ["services.notify.settings:ConsumerSettings"],
    "review-consumer": ["services.review.settings:ConsumerSettings"],
    "upload-consumer": [
        "services.upload.settings:ConsumerSettings",
        "libs.common.broker:BrokerSettings",
        STORAGE_SETTINGS,
    ],
    "images": ["workers.images.settings:ImagesSettings"],
    "shrink": ["workers.shrink.settings:ShrinkSettings"],
    "eraser": ["workers.eraser.settings:EraserSettings"],
    "reader": ["workers.reader.settings:ReaderSettings"],
    "sms": ["workers.sms.settings:SmsSettings"],
    "codes": ["workers.sms.settings:SmsSettings"],
    "results": ["workers.results.settings:ResultsSettings"],
    "deadlines": ["libs.common.broker:BrokerSettings"],
    "registration": ["examples.registration.settings:RegistrationSettings"],
    "sms-gateway": ["examples.sms_gateway.settings:GatewaySettings"],
}
"""Process → the dataclasses that it reads; relays read their database's URL and the broker's."""


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return secret_store.load_or_create(tmp_path_factory.mktemp("secrets"))


def test_every_process_of_the_procfiles_stands_in_the_table() -> None:
    assert list(procfile.commands()) == list(PROCESSES), (
        "add the process to Procfile and to PROCESSES in libs/stack/processes.py, in one order"
    )


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_is_given_its_names_and_no_other(name: str, secrets: dict[str, str]) -> None:
    process = PROCESSES[name]

    environ = processes.environ(name, PLACE, secrets)

    named = {n.partition("=")[0] for n in (*process.secrets, *process.plain)}
    assert environ.keys() - RUNTIME == named
    assert all(environ.values())


@pytest.mark.parametrize("name", PROCESSES)
def test_nothing_of_the_starter_leaks_into_a_process(
    name: str, secrets: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "somebody's own")

    environ = processes.environ(name, PLACE, secrets)

    assert "AWS_SECRET_ACCESS_KEY" not in environ


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_holds_no_secret_under_a_plain_name(name: str, secrets: dict[str, str]) -> None:
    private = {v for n, v in values.secret(PLACE, secrets).items() if not n.endswith("_PUBLIC_KEY")}
    environ = processes.environ(name, PLACE, secrets)

    for plain in PROCESSES[name].plain:
        assert environ[plain.partition("=")[0]] not in private, f"{plain} of {name} is a secret"


@pytest.mark.parametrize(("name", "service"), list(itertools.product(PROCESSES, DATABASES)))
def test_a_database_is_opened_only_by_its_own_service(
    name: str, service: str, secrets: dict[str, str]
) -> None:
    environ = processes.environ(name, PLACE, secrets)
    password = secrets[f"{service.upper()}_DATABASE_PASSWORD"]

    holds = any(password in value for value in environ.values())

    assert holds == name.startswith(f"{service}-")


@pytest.mark.parametrize(
    "name", ["images", "shrink", "reader", "sms", "codes", "results", "eraser", "deadlines"]
)
def test_a_worker_has_no_way_into_a_database(name: str, secrets: dict[str, str]) -> None:
    environ = processes.environ(name, PLACE, secrets)

    assert not [key for key, value in environ.items() if "postgres" in value.lower()]


def test_what_is_sealed_for_a_room_is_opened_there_alone() -> None:
    holders = {
        key: sorted(n for n, p in PROCESSES.items() if key in p.secret_names)
        for key in (
            "UPLOAD_PRIVATE_KEY",
            "REVIEW_PRIVATE_KEY",
            "NOTIFY_PRIVATE_KEY",
            "SMS_PRIVATE_KEY",
        )
    }

    assert holders == {
        "UPLOAD_PRIVATE_KEY": ["upload-consumer"],
        "REVIEW_PRIVATE_KEY": ["review-consumer"],
        "NOTIFY_PRIVATE_KEY": ["notify-codes", "notify-consumer"],
        "SMS_PRIVATE_KEY": ["codes", "sms"],
    }


@pytest.mark.parametrize("name", ["images", "shrink", "reader", "eraser"])
def test_a_worker_of_pictures_has_the_broker_and_its_own_key_to_the_store(name: str) -> None:
    assert PROCESSES[name].secrets == (
        f"BROKER_URL={name.upper()}_BROKER_URL",
        f"S3_ACCESS_KEY=S3_{name.upper()}_ACCESS_KEY",
        f"S3_SECRET_KEY=S3_{name.upper()}_SECRET_KEY",
    )


def test_no_web_process_but_operations_talks_to_the_broker() -> None:
    talking = {name for name in WEBS if "BROKER_URL" in PROCESSES[name].secret_names}

    assert talking == {"ops"}


@pytest.mark.parametrize("name", SETTINGS)
def test_the_table_gives_each_process_the_settings_that_it_reads(
    name: str, secrets: dict[str, str]
) -> None:
    environ = processes.environ(name, PLACE, secrets)
    read: set[str] = set()

    for place in SETTINGS[name]:
        module, _, kind = place.partition(":")
        dataclass = getattr(importlib.import_module(module), kind)
        settings.load(dataclass, environ)  # says what is missing
        read |= {field.name.upper() for field in dc.fields(dataclass)}

    too_much = set(PROCESSES[name].secret_names) - read
    assert not too_much, f"{name} is given secrets that it does not read: {sorted(too_much)}"


@pytest.mark.parametrize("service", AS_SERVICE)
def test_a_command_acts_with_one_services_secrets(service: str, secrets: dict[str, str]) -> None:
    environ = processes.environ(service, PLACE, secrets)

    urls = [key for key in environ if key.endswith("DATABASE_URL")]

    assert urls == [f"{service.upper()}_DATABASE_URL"]
    assert "BROKER_URL" not in environ


@pytest.mark.parametrize("service", DATABASES)
def test_who_checks_an_audit_log_is_given_its_key_and_database(
    service: str, tmp_path: Path
) -> None:
    place = Place(data_dir=tmp_path)
    secret_store.load_or_create(tmp_path)

    given = acting.environ_of(acts_as(service), place, {})

    assert given.keys() >= {f"{service.upper()}_AUDIT_KEY", f"{service.upper()}_DATABASE_URL"}
