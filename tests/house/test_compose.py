"""docker-compose.yml runs the Procfile's processes, each with only its own secrets."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

from libs.stack import compose, launch, procfile, secret_store
from libs.stack.place import PAGES, Place
from libs.stack.processes import PROCESSES
from tests.house.source import ROOT

DOCUMENT: dict[str, Any] = yaml.safe_load(compose.FILE.read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = DOCUMENT["services"]
SERVERS = {"postgres", "valkey", "s3", "prepare"}
WORKERS = ("images", "shrink", "reader", "sms", "codes", "results", "eraser", "deadlines")


def test_the_file_is_what_the_table_makes() -> None:
    assert compose.FILE.read_text(encoding="utf-8") == compose.render(), (
        "Procfile or processes.py changed: run `python -m libs.stack.compose`"
    )


def test_it_is_lawful_by_the_compose_specification() -> None:
    with_defaults = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", compose.FILE.read_text(encoding="utf-8"))

    parsed = PyCompose.from_yaml(with_defaults)

    assert set(parsed.service_names()) == set(SERVICES)


def test_what_a_service_names_is_declared() -> None:
    for kind in ("networks", "secrets"):
        listed = [n for service in SERVICES.values() for n in service.get(kind, ())]
        named = {n["source"] if isinstance(n, dict) else n for n in listed}
        assert named <= set(DOCUMENT[kind]), f"declare the missing {kind}"


def test_it_runs_every_process_and_no_other() -> None:
    assert SERVICES.keys() - SERVERS == procfile.commands().keys()


@pytest.mark.parametrize("name", PROCESSES)
def test_a_container_is_given_the_secrets_of_its_process_and_no_other(name: str) -> None:
    service = SERVICES[name]

    given = {key.removesuffix("_FILE") for key in service["environment"]} - {"BIND"}

    assert given == {*PROCESSES[name].secret_names, *PROCESSES[name].plain_names}
    for key, value in service["environment"].items():
        if key.removesuffix("_FILE") in PROCESSES[name].secret_names:
            assert key.endswith("_FILE"), f"{key} of {name} would stand in the file itself"
            assert value.removeprefix("/run/secrets/") in service["secrets"]


@pytest.mark.parametrize("name", PROCESSES)
def test_a_container_cannot_change_itself(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert int(service["stop_grace_period"].removesuffix("s")) > 30


@pytest.mark.parametrize("name", WORKERS)
def test_a_worker_stands_on_no_network_of_the_databases(name: str) -> None:
    assert "database" not in SERVICES[name]["networks"]


@pytest.mark.parametrize("name", ["images", "shrink", "reader", "eraser"])
def test_a_worker_that_opens_strangers_files_reaches_broker_and_store_only(name: str) -> None:
    assert SERVICES[name]["networks"] == ["store", "broker"]
    for network in ("store", "broker", "database"):
        assert DOCUMENT["networks"][network]["internal"] is True


def test_only_pages_are_published_and_only_here_unless_asked() -> None:
    published = {name: s["ports"] for name, s in SERVICES.items() if "ports" in s}

    assert published.keys() == set(PAGES)
    assert all(
        port.startswith("${HOST:-127.0.0.1}:") for ports in published.values() for port in ports
    )


def test_what_is_referred_to_is_defined() -> None:
    for name, service in SERVICES.items():
        for network in service["networks"]:
            assert network in DOCUMENT["networks"], name
        for secret in service["secrets"]:
            source = secret if isinstance(secret, str) else secret["source"]
            assert source in DOCUMENT["secrets"], name
        for volume in service.get("volumes", []):
            assert volume.partition(":")[0] in DOCUMENT["volumes"], name
        for other in service.get("depends_on", {}):
            assert other in SERVICES, name


def test_every_secret_of_the_file_is_made(tmp_path: Path) -> None:
    made = compose.secret_files(secret_store.load_or_create(tmp_path))

    assert made.keys() == DOCUMENT["secrets"].keys()
    assert all(made.values())


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_finds_in_its_container_what_it_needs(name: str, tmp_path: Path) -> None:
    made = compose.secret_files(secret_store.load_or_create(tmp_path / "store"))
    for file, content in made.items():
        (tmp_path / file).write_text(content)
    given = {
        key: value.replace("/run/secrets", str(tmp_path))
        for key, value in SERVICES[name]["environment"].items()
    }

    environ = launch.environment(name, Place(data_dir=tmp_path / "data"), given)

    for key in (*PROCESSES[name].secret_names, *PROCESSES[name].plain_names):
        assert environ[key]
    words = procfile.split(procfile.commands()[name], environ)
    assert "$" not in " ".join(words)


def test_a_container_hands_on_files_of_settings_and_no_secret_of_another(tmp_path: Path) -> None:
    given = dict.fromkeys(PROCESSES["sms"].secret_names, "value")
    own = {"SMS_HTTP_KEY_FILE": "/run/secrets/sms_http", "SMS_HOURS": "09:00-20:00"}
    others = {"OPS_PASSWORD": "value", "UPLOAD_FIELD_KEYS_FILE": "/run/secrets/upload"}

    environ = launch.environment("sms", Place(data_dir=tmp_path / "data"), given | own | others)

    assert own.items() <= environ.items()
    assert not others.keys() & environ.keys()


def test_the_image_runs_as_nobody_in_particular() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()

    assert "USER shencai" in lines
    assert 'ENTRYPOINT ["shencai", "run"]' in lines
    assert any("--require-hashes" in line for line in lines)
