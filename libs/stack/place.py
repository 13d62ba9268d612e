"""Where a stack stands: its folder, its addresses, its ports."""

import dataclasses as dc
import socket
from pathlib import Path

from libs.common.errors import Misconfigured
from libs.stack.ports import LOOPBACK

PORTS = {
    "registration": 0,
    "upload-web": 1,
    "review-web": 2,
    "notify-web": 3,
    "ops": 4,
    "sms-gateway": 5,
    "postgres": 10,
    "valkey": 11,
    "s3": 12,
}
"""Who listens where, counted from PORT_BASE; SeaweedFS's own parts take the seven after s3."""
PAGES = ("registration", "upload-web", "review-web", "notify-web", "ops", "sms-gateway")
S3_INTERNAL = range(13, 20)
HIGHEST_PORT_BASE = 65_535 - 19


@dc.dataclass(frozen=True)
class Place:
    """Read from DATA_DIR, PORT_BASE, HOST and PUBLIC_HOST."""

    data_dir: Path = Path("var")
    port_base: int = 8000
    host: str = LOOPBACK
    """Address on which the pages are served; 0.0.0.0 lets other machines in."""
    public_host: str = ""
    """Name or address by which browsers reach this machine; it stands in every link."""

    def __post_init__(self) -> None:
        if not 1 <= self.port_base <= HIGHEST_PORT_BASE:
            raise Misconfigured(f"PORT_BASE must lie between 1 and {HIGHEST_PORT_BASE}")
        if not self.public_host:
            object.__setattr__(self, "public_host", _reachable_as(self.host))
        object.__setattr__(self, "data_dir", self.data_dir.absolute())

    def as_environ(self) -> dict[str, str]:
        """What a program must be told to find this place; its folder it knows by then."""
        return {
            "PORT_BASE": str(self.port_base),
            "HOST": self.host,
            "PUBLIC_HOST": self.public_host,
        }

    def port(self, name: str) -> int:
        return self.port_base + PORTS[name]

    def address(self, name: str) -> str:
        """`host:port` by which one process reaches another."""
        return f"{LOOPBACK}:{self.port(name)}"

    def bind(self, name: str) -> tuple[str, int]:
        """Where a process with pages listens."""
        return self.host, self.port(name)

    @property
    def s3_internal_ports(self) -> list[int]:
        return [self.port_base + offset for offset in S3_INTERNAL]

    def public_url(self, name: str) -> str:
        """For browsers."""
        return f"http://{self.public_host}:{self.port(name)}"

    @property
    def trusted_hosts(self) -> tuple[str, ...]:
        """Names under which the web processes answer."""
        return tuple(dict.fromkeys((self.public_host, "localhost", LOOPBACK)))

    @property
    def logs(self) -> Path:
        return self.data_dir / "logs"


@dc.dataclass(frozen=True)
class ComposePlace(Place):
    """The same in docker-compose.yml: every name is a host of its own."""

    data_dir: Path = Path("/data")
    public_host: str = "localhost"

    def address(self, name: str) -> str:
        inside = {"postgres": 5432, "valkey": 6379, "s3": 8333}
        return f"{name}:{inside.get(name, self.port(name))}"

    def bind(self, name: str) -> tuple[str, int]:
        return "0.0.0.0", self.port(name)  # noqa: S104 - of its own container

    @property
    def trusted_hosts(self) -> tuple[str, ...]:
        return (*super().trusted_hosts, *PAGES)


def _reachable_as(host: str) -> str:
    """The host itself, or this machine's address on its network when the host means all."""
    if host not in {"0.0.0.0", "::", ""}:  # noqa: S104 - compared, not bound
        return host
    # Connecting a datagram socket sends nothing; it only asks which address would be used.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1, RFC 5737
            return str(probe.getsockname()[0])
        except OSError:
            return LOOPBACK
