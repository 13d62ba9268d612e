"""The list of verbs; what goes wrong is said in one sentence."""

import sys

import click
import psycopg2
from sqlalchemy.exc import OperationalError

from libs.common.errors import Misconfigured, Refusal
from libs.stack.control import NotRunning
from libs.stack.server import ServerFailed
from ops.cli.audit import audit
from ops.cli.demo import demo
from ops.cli.desk import desk
from ops.cli.doctor import doctor
from ops.cli.exam import exam
from ops.cli.migrate import migrate
from ops.cli.parked import parked
from ops.cli.pictures import calibrate, recheck, template
from ops.cli.prepare import prepare
from ops.cli.refusals import sentence
from ops.cli.release import release
from ops.cli.rights import rights
from ops.cli.roster import roster
from ops.cli.run import run
from ops.cli.scale import scale
from ops.cli.secrets import secrets
from ops.cli.staff import staff
from ops.cli.up import up
from ops.cli.window import window


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def cli() -> None:
    """Shencai 审材: papers uploaded before a hard deadline, reviewed twice, answered in time.

    DATA_DIR (./var), PORT_BASE (8000), HOST (127.0.0.1) and PUBLIC_HOST say where it stands.
    """


for verb in (
    *(up, run, migrate, scale, doctor),
    *(exam, roster, staff, desk, window, parked, audit, demo),
    *(rights, release),
    *(calibrate, recheck, template),
    *(secrets, prepare),
):
    cli.add_command(verb)


def main() -> None:
    """Entry point; ends with status 1 and a sentence when something stands in the way."""
    try:
        cli()
    except Refusal as refusal:
        click.secho(f"shencai: {sentence(refusal)}", fg="red", err=True)
        sys.exit(1)
    except (OperationalError, psycopg2.OperationalError) as error:
        why = getattr(error, "orig", error)
        click.secho(f"shencai: the database does not answer: {why}", fg="red", err=True)
        sys.exit(1)
    except (Misconfigured, NotRunning, ServerFailed) as error:
        click.secho(f"shencai: {error}", fg="red", err=True)
        sys.exit(1)
