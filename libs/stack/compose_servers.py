"""The servers of docker-compose.yml: official images, each with one volume, in one network."""

from typing import Any

from libs.stack.postgres import MAX_CONNECTIONS, SETTINGS
from libs.stack.s3 import VOLUME_SIZE_MIB


def postgres() -> dict[str, Any]:
    """PostgreSQL with the settings that `postgres.py` starts it with."""
    without = {"listen_addresses", "unix_socket_directories", "max_connections"}
    settings = {"max_connections": MAX_CONNECTIONS} | {
        name: value for name, value in SETTINGS.items() if name not in without
    }
    return {
        "image": "postgres:18",
        "command": ["postgres", *(f"--{name}={value}" for name, value in settings.items())],
        "environment": {
            "POSTGRES_PASSWORD_FILE": "/run/secrets/POSTGRES_DATABASE_PASSWORD",
            "POSTGRES_INITDB_ARGS": "--locale=C --locale-provider=builtin --builtin-locale=C.UTF-8",
        },
        "secrets": ["POSTGRES_DATABASE_PASSWORD"],
        "networks": ["database"],
        "volumes": ["postgres:/var/lib/postgresql"],
        "shm_size": "256mb",
        "healthcheck": {
            "test": ["CMD", "pg_isready", "-U", "postgres", "-h", "127.0.0.1"],
            "interval": "2s",
            "timeout": "5s",
            "retries": 60,
        },
        "restart": "unless-stopped",
        "stop_grace_period": "60s",
    }


def valkey() -> dict[str, Any]:
    """Valkey, disposable: it keeps nothing on disk."""
    return {
        "image": "valkey/valkey:9",
        "command": [
            *("valkey-server", "/run/secrets/valkey.conf", "--bind", "0.0.0.0"),  # noqa: S104
            *("--maxmemory-policy", "noeviction", "--save", "", "--appendonly", "no"),
        ],
        "secrets": ["valkey.conf"],
        "networks": ["broker"],
        "healthcheck": {
            # Without the password the answer is NOAUTH, which is an answer.
            "test": ["CMD-SHELL", "valkey-cli ping 2>&1 | grep -qE 'PONG|NOAUTH'"],
            "interval": "2s",
            "timeout": "5s",
            "retries": 60,
        },
        "restart": "unless-stopped",
    }


def s3() -> dict[str, Any]:
    """SeaweedFS with the identities that `s3.py` gives it."""
    return {
        "image": "chrislusf/seaweedfs:4.48",
        "command": [
            *("server", "-dir=/data", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-disableHttp"),
            *("-master.telemetry=false", f"-master.volumeSizeLimitMB={VOLUME_SIZE_MIB}"),
            *("-volume.max=0", "-filer.disableHttp", "-s3", "-s3.ip.bind=0.0.0.0"),
            *("-s3.iam=false", "-s3.port.iceberg=0", "-s3.port.lance=0"),
            "-s3.config=/run/secrets/s3_identities.json",
        ],
        "secrets": [
            "s3_identities.json",
            {"source": "s3_security.toml", "target": "/etc/seaweedfs/security.toml"},
        ],
        "networks": ["store"],
        "volumes": ["s3:/data"],
        "restart": "unless-stopped",
        "stop_grace_period": "30s",
    }
