"""docker-compose.yml, made from the Procfiles and processes.py: `python -m libs.stack.compose`.

Who can reach what follows from what a process is given: the network of the databases is entered
by those who hold a database's URL, and so on. Secrets are files that `shencai secrets` writes.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from libs.stack import broker_users, compose_servers, procfile, values
from libs.stack.place import PAGES, ComposePlace
from libs.stack.processes import PROCESSES, Process

FILE = procfile.ROOT / "docker-compose.yml"
PLACE = ComposePlace(public_host="${PUBLIC_HOST:-localhost}")
HEADER = """\
# Made by `python -m libs.stack.compose` from Procfile and libs/stack/processes.py; do not edit.
#   shencai secrets ./secrets      once: one file per secret
#   docker compose --profile demo up --build --scale images=4
"""
HARDENED: Mapping[str, Any] = {
    "read_only": True,
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges:true"],
    "tmpfs": ["/tmp", "/run/shencai:uid=10001,mode=0700"],  # noqa: S108 - in the container
}
GRACE = "35s"
CPU_SHARES: Mapping[str, int] = {"shrink": 335, "reader": 110}
"""Of 1024: what their niceness means between processes, for each container stands by itself."""
EATERS = (
    *("upload-consumer", "review-consumer", "notify-consumer", "notify-codes"),
    *("images", "shrink", "reader", "sms", "codes", "results"),
    "eraser",
)
PREPARE = Process(
    (
        *("POSTGRES_URL", "UPLOAD_DATABASE_URL", "REVIEW_DATABASE_URL", "NOTIFY_DATABASE_URL"),
        *("OPS_UPLOAD_DATABASE_URL", "S3_ACCESS_KEY=S3_ADMIN_ACCESS_KEY"),
        "S3_SECRET_KEY=S3_ADMIN_SECRET_KEY",
    ),
    ("S3_ENDPOINT",),
)
"""Once at every start: roles, databases, migrations, buckets."""

_STANDS = dict.fromkeys((*values.GENERATED_PLAIN,), "")


class _Spelt(yaml.SafeDumper):
    """Writes everything out: no anchors, so that each service is read by itself."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - yaml's own signature
        return True


def document() -> dict[str, Any]:
    """The whole file as YAML values."""
    services = {
        **{name: _process(name, process) for name, process in PROCESSES.items()},
        "prepare": _prepare(),
        "postgres": compose_servers.postgres(),
        "valkey": compose_servers.valkey(),
        "s3": compose_servers.s3(),
    }
    used = {
        s if isinstance(s, str) else s["source"]
        for service in services.values()
        for s in service.get("secrets", [])
    }
    return {
        "services": services,
        "networks": {
            "database": {"internal": True},
            "store": {"internal": True},
            "broker": {"internal": True},
            "web": {},
        },
        "volumes": {"postgres": {}, "s3": {}, "registration": {}},
        "secrets": {name: {"file": f"./secrets/{name}"} for name in sorted(used)},
    }


def render() -> str:
    """The file's text."""
    text = yaml.dump(document(), Dumper=_Spelt, sort_keys=False, width=100, allow_unicode=True)
    return HEADER + text


def secret_files(secrets: Mapping[str, str]) -> dict[str, str]:
    """File name → content, of every secret that docker-compose.yml mounts."""
    known = values.plain(PLACE, secrets) | values.secret(PLACE, secrets)
    special = {
        "valkey.conf": broker_users.configuration(secrets),
        "s3_identities.json": values.s3_identities(secrets),
        "s3_security.toml": values.s3_security(secrets),
    }
    return {
        name: special[name] if name in special else known[name] for name in document()["secrets"]
    }


def _given(process: Process) -> dict[str, Any]:
    """Environment, secrets and networks of a process."""
    plain = values.plain(PLACE, _STANDS)
    environment: dict[str, str] = {}
    secrets: list[str] = []
    for entry in (*process.plain, *process.secrets):
        name, _, source = entry.partition("=")
        source = source or name
        if entry in process.plain and source not in values.GENERATED_PLAIN:
            environment[name] = plain[source]
        else:
            environment[f"{name}_FILE"] = f"/run/secrets/{source}"
            secrets.append(source)
    return {"environment": environment, "secrets": secrets, "networks": _networks(process)}


def _networks(process: Process) -> list[str]:
    names = " ".join((*process.secret_names, *process.plain_names))
    reached = {"DATABASE_URL": "database", "S3_ENDPOINT": "store", "BROKER_URL": "broker"}
    networks = [network for word, network in reached.items() if word in names]
    return networks + (["web"] if "_URL" in " ".join(process.plain_names) or not networks else [])


def _process(name: str, process: Process) -> dict[str, Any]:
    given = _given(process)
    service: dict[str, Any] = {
        "image": "shencai",
        "build": ".",
        "command": [name],
        **given,
        **HARDENED,
        "depends_on": {"prepare": {"condition": "service_completed_successfully"}},
        "init": True,
        "restart": "unless-stopped",
        "stop_grace_period": GRACE,
    }
    if name in PAGES:
        host, port = PLACE.bind(name)
        given["environment"]["BIND"] = f"{host}:{port}"
        service["ports"] = [f"${{HOST:-127.0.0.1}}:{port}:{port}"]
        service["networks"] = [*dict.fromkeys([*given["networks"], "web"])]
    if name in {"sms", "codes", "results"}:
        service["networks"] = [*given["networks"], "web"]  # the vendor, the registration system
    if name in (*PAGES, *EATERS):
        service["healthcheck"] = {
            "test": ["CMD", "python", "-m", "libs.stack.health", name],
            "interval": "30s",
            "timeout": "10s",
            "start_period": "60s",
        }
    if name in CPU_SHARES:
        service["cpu_shares"] = CPU_SHARES[name]
    if name in procfile.read(procfile.DEMO):
        service["profiles"] = ["demo"]
    if name == "registration":
        service["volumes"] = ["registration:/data/registration"]
    service["networks"] = [*dict.fromkeys(service["networks"])]
    return service


def _prepare() -> dict[str, Any]:
    return {
        "image": "shencai",
        "build": ".",
        "entrypoint": ["shencai", "prepare"],
        **_given(PREPARE),
        **HARDENED,
        "networks": ["database", "store"],
        "depends_on": {
            "postgres": {"condition": "service_healthy"},
            "valkey": {"condition": "service_healthy"},
            "s3": {"condition": "service_started"},
        },
        "restart": "on-failure",
    }


def write(path: Path = FILE) -> None:
    """Write the file anew."""
    path.write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    write()
