"""The three servers of a stack that stands on one machine."""

from collections.abc import Mapping

from libs.stack import values
from libs.stack.place import Place
from libs.stack.postgres import Postgres
from libs.stack.s3 import S3
from libs.stack.server import Server
from libs.stack.valkey import Valkey


def create(place: Place, secrets: Mapping[str, str]) -> dict[str, Server]:
    """Name → server, not started; each keeps its data in a folder of DATA_DIR."""
    return {
        "postgres": Postgres(
            place.data_dir / "postgres",
            port=place.port("postgres"),
            passwords=values.database_passwords(secrets),
            log=place.logs / "postgres.log",
        ),
        "valkey": Valkey(
            place.data_dir / "valkey",
            port=place.port("valkey"),
            secrets=secrets,
            log=place.logs / "valkey.log",
        ),
        "s3": S3(
            place.data_dir / "s3",
            port=place.port("s3"),
            internal_ports=place.s3_internal_ports,
            keys=values.s3_keys(secrets),
            signing_key=secrets["S3_SIGNING_KEY"],
            log=place.logs / "s3.log",
        ),
    }
