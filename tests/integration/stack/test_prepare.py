"""`shencai prepare` makes given servers ready, and may run again."""

import os
import subprocess
import sys

import psycopg2

from libs.stack.procfile import ROOT
from libs.stack.roles import ADMINISTRATOR, DATABASES, OBSERVER
from tests.servers import PostgresForTests, S3ForTests


def test_preparing_twice_leaves_databases_and_buckets_ready(
    postgres: PostgresForTests, s3: S3ForTests
) -> None:
    admin = s3.keys["admin"]
    environ = os.environ | {
        "POSTGRES_URL": postgres.url(ADMINISTRATOR),
        **{f"{service.upper()}_DATABASE_URL": postgres.url(service) for service in DATABASES},
        "OPS_UPLOAD_DATABASE_URL": postgres.url(OBSERVER, database="upload"),
        "S3_ENDPOINT": s3.endpoint,
        "S3_ACCESS_KEY": admin.access,
        "S3_SECRET_KEY": admin.secret,
    }

    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-m", "ops.cli", "prepare"],
            env=environ,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    for service in DATABASES:
        connection = psycopg2.connect(postgres.url(service))
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM alembic_version")
            assert cursor.fetchone() == (1,)
        connection.close()
