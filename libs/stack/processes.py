"""What each process of the Procfiles is given, and how many of it run: one table.

`secrets` and `plain` name environment variables; `NAME=OTHER` gives it the value that the stack
keeps under OTHER. The supervisor, `shencai run` and docker-compose.yml are held to this table by
tests/house/test_processes.py. A process gets nothing else, so what it does not need it cannot lose.
"""

import dataclasses as dc
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from libs.common.errors import Misconfigured
from libs.stack import broker_users, procfile, values
from libs.stack.place import PORTS, Place

WEB = ("TRUSTED_HOSTS", "UPLOAD_URL", "REVIEW_URL", "NOTIFY_URL", "REGISTRATION_URL")


@dc.dataclass(frozen=True)
class Process:
    """What one process needs. `count` is how many run unless scale.json says otherwise."""

    secrets: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    count: int = 1

    @property
    def secret_names(self) -> tuple[str, ...]:
        """Environment names of its secrets."""
        return tuple(name.partition("=")[0] for name in self.secrets)

    @property
    def plain_names(self) -> tuple[str, ...]:
        """Environment names of what anybody may know."""
        return tuple(name.partition("=")[0] for name in self.plain)


def _store(identity: str) -> tuple[str, ...]:
    return tuple(f"S3_{part}_KEY=S3_{identity}_{part}_KEY" for part in ("ACCESS", "SECRET"))


UPLOAD = ("UPLOAD_DATABASE_URL", "UPLOAD_FIELD_KEYS", "UPLOAD_INDEX_KEY", *_store("UPLOAD"))
UPLOAD_PLAIN = (
    *("S3_ENDPOINT", "REVIEW_SEALING_KEY=REVIEW_PUBLIC_KEY"),
    "NOTIFY_SEALING_KEY=NOTIFY_PUBLIC_KEY",
)
REVIEW = ("REVIEW_DATABASE_URL", "REVIEW_FIELD_KEYS", *_store("REVIEW"))
NOTIFY = ("NOTIFY_DATABASE_URL", "NOTIFY_FIELD_KEYS")
NOTIFY_CONSUMER = Process(
    (*NOTIFY, "NOTIFY_INDEX_KEY", "NOTIFY_PRIVATE_KEY", "BROKER_URL"),
    (
        "UPLOAD_URL",
        "SMS_VENDORS",
        "SMS_HOURS",
        "SMS_PUBLIC_KEY",
        "REVIEW_SEALING_KEY=REVIEW_PUBLIC_KEY",
    ),
)
VENDORS = (
    *("TENCENT_SECRET_ID", "TENCENT_SECRET_KEY"),
    *("ALIYUN_ACCESS_KEY_ID", "ALIYUN_ACCESS_KEY_SECRET"),
)
VENDORS_PLAIN = ("TENCENT_APP_ID", "TENCENT_SIGN_NAME", "ALIYUN_SIGN_NAME")
SMS = Process(
    ("BROKER_URL", "SMS_PRIVATE_KEY", *VENDORS),
    ("SMS_VENDORS", "TENCENT_ENDPOINT", "ALIYUN_ENDPOINT", *VENDORS_PLAIN),
)

_TABLE: Mapping[str, Process] = {
    "upload-web": Process(
        (*UPLOAD, "COOKIE_KEY=UPLOAD_COOKIE_KEY", "REGISTRATION_API_KEYS"),
        (*WEB, *UPLOAD_PLAIN, "LAUNCH_KEYS", "LAUNCH_ISSUER", "LAUNCH_AUDIENCE"),
    ),
    "upload-consumer": Process((*UPLOAD, "UPLOAD_PRIVATE_KEY", "BROKER_URL"), UPLOAD_PLAIN),
    "upload-relay": Process(("UPLOAD_DATABASE_URL", "UPLOAD_AUDIT_KEY", "BROKER_URL")),
    "review-web": Process((*REVIEW, "COOKIE_KEY=REVIEW_COOKIE_KEY"), (*WEB, "S3_ENDPOINT")),
    "review-consumer": Process(
        ("REVIEW_DATABASE_URL", "REVIEW_FIELD_KEYS", "REVIEW_PRIVATE_KEY", "BROKER_URL")
    ),
    "review-relay": Process(("REVIEW_DATABASE_URL", "REVIEW_AUDIT_KEY", "BROKER_URL")),
    "notify-web": Process((*NOTIFY, "COOKIE_KEY=NOTIFY_COOKIE_KEY", "SMS_RECEIPTS_TOKEN"), WEB),
    "notify-consumer": NOTIFY_CONSUMER,
    "notify-codes": NOTIFY_CONSUMER,
    "notify-relay": Process(("NOTIFY_DATABASE_URL", "NOTIFY_AUDIT_KEY", "BROKER_URL")),
    "images": Process(("BROKER_URL", *_store("IMAGES")), ("S3_ENDPOINT",)),
    "shrink": Process(("BROKER_URL", *_store("SHRINK")), ("S3_ENDPOINT",)),
    "reader": Process(
        ("BROKER_URL", *_store("READER")),
        ("S3_ENDPOINT", "UPLOAD_SEALING_KEY=UPLOAD_PUBLIC_KEY", "READER_ENGINES"),
    ),
    "sms": SMS,
    "codes": SMS,
    "eraser": Process(("BROKER_URL", *_store("ERASER")), ("S3_ENDPOINT",)),
    "results": Process(
        ("BROKER_URL", "RESULTS_KEY"), ("RESULTS_KEY_ID", "REGISTRATION_RESULTS_URL")
    ),
    "deadlines": Process(("BROKER_URL",)),
    "ops": Process(
        (
            *("OPS_UPLOAD_DATABASE_URL", "OPS_REVIEW_DATABASE_URL", "OPS_NOTIFY_DATABASE_URL"),
            *("BROKER_URL", "COOKIE_KEY=OPS_COOKIE_KEY", "OPS_PASSWORD"),
        ),
        (*WEB, "INTERNAL_UPLOAD_URL", "INTERNAL_REVIEW_URL", "INTERNAL_NOTIFY_URL"),
    ),
    "registration": Process(
        (
            *("COOKIE_KEY=REGISTRATION_COOKIE_KEY", "LAUNCH_PRIVATE_KEY"),
            *("REGISTRATION_API_KEY", "RESULTS_KEYS"),
            "CANDIDATE_PASSWORD=DEMO_CANDIDATE_PASSWORD",
            "OPERATOR_PASSWORD=REGISTRATION_OPERATOR_PASSWORD",
        ),
        (
            *(*WEB, "INTERNAL_UPLOAD_URL", "REGISTRATION_API_KEY_ID"),
            *("LAUNCH_ISSUER", "LAUNCH_AUDIENCE", "LAUNCH_KEY_ID"),
            *("REGISTRATION_ROSTER", "REGISTRATION_DATABASE"),
        ),
    ),
    "sms-gateway": Process(
        (*VENDORS, "SMS_GATEWAY_RECEIPTS_URL"),
        (
            *(*VENDORS_PLAIN, "TRUSTED_HOSTS"),
            *("SMS_GATEWAY_HOST", "SMS_GATEWAY_PORT"),
        ),
    ),
}


def _as_itself(name: str, process: Process) -> Process:
    """Who talks to the broker does so as its own user: see `broker_users`."""
    own = f"BROKER_URL={broker_users.url_name(name)}"
    return dc.replace(
        process, secrets=tuple(own if s == "BROKER_URL" else s for s in process.secrets)
    )


PROCESSES: Mapping[str, Process] = {name: _as_itself(name, p) for name, p in _TABLE.items()}

DEMO_STAFF = ("DEMO_STAFF_PASSWORD", "DEMO_STAFF_TOTP_KEY")
AS_SERVICE: Mapping[str, Process] = {
    "upload": Process((*UPLOAD, "DEMO_CANDIDATE_PASSWORD"), (*WEB, *UPLOAD_PLAIN)),
    "review": Process((*REVIEW, *DEMO_STAFF), (*WEB, "S3_ENDPOINT")),
    "notify": Process((*NOTIFY, *DEMO_STAFF), WEB),
}
"""A command-line verb runs as the service that owns what it changes, with its secrets only."""


def runtime(name: str, run_dir: Path, *, slot: int = 1) -> dict[str, str]:
    """What any process is given besides its needs; inherited is only what finds its programs."""
    folder = str(run_dir / f"{name}.{slot}")
    given = {
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))),
        "HOME": os.environ.get("HOME", "/"),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONUNBUFFERED": "1",
        "PROCESS": name,
        "SLOT": str(slot),
        "HEALTH_DIR": folder,
        # A consumer finishes what it holds: SIGTERM starts Celery's soft shutdown.
        "REMAP_SIGTERM": "SIGQUIT",
    }
    return given | ({"PROMETHEUS_MULTIPROC_DIR": folder} if name in PORTS else {})


def environ(
    name: str, place: Place, secrets: Mapping[str, str], *, slot: int = 1
) -> dict[str, str]:
    """The whole environment of one process of a stack on one machine."""
    process = PROCESSES.get(name) or AS_SERVICE[name]
    bind = {"BIND": "{}:{}".format(*place.bind(name))} if name in PORTS else {}
    return (
        runtime(name, place.data_dir / "run", slot=slot)
        | bind
        | _pick(process.plain, values.plain(place, secrets))
        | _pick(process.secrets, values.secret(place, secrets))
    )


def _pick(names: tuple[str, ...], known: Mapping[str, str]) -> dict[str, str]:
    pairs = (name.partition("=") for name in names)
    return {name: known[source or name] for name, _, source in pairs}


def known(name: str) -> str:
    """The name, if a Procfile has it. Raises Misconfigured, which lists them."""
    names = procfile.commands()
    if name not in names:
        raise Misconfigured(f"there is no process {name!r}; there are: {', '.join(names)}")
    return name
