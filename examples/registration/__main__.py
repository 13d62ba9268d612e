"""Start the stand-in: `python -m examples.registration`; or `… sync` to send the registrations."""

import argparse
import sys

from examples.pages import serve
from examples.registration import feed
from examples.registration.app import create_app
from examples.registration.memory import Memory
from examples.registration.roster import Roster
from examples.registration.settings import RegistrationSettings
from libs.common import logs, settings
from libs.common.errors import Misconfigured


def main() -> None:
    """Serve until stopped, or send the registrations once."""
    parser = argparse.ArgumentParser(prog="python -m examples.registration", description=__doc__)
    parser.add_argument("verb", nargs="?", choices=["serve", "sync"], default="serve")
    parser.add_argument(
        "--within", type=float, default=0.0, metavar="SECONDS", help="sync: try again for so long"
    )
    asked = parser.parse_args()
    logs.configure("registration")
    try:
        given = settings.load(RegistrationSettings)
        app, (host, port) = create_app(given), given.address
    except (Misconfigured, OSError) as error:
        sys.exit(f"The registration stand-in cannot start: {error}")
    if asked.verb == "sync":
        sys.exit(_sync(given, within_seconds=asked.within))
    serve(app, host=host, port=port)


def _sync(given: RegistrationSettings, *, within_seconds: float) -> str | None:
    """Send; a sentence if it went wrong."""
    candidates = Roster(given.registration_roster).all()
    sync = feed.hand_over_within(given, candidates, seconds=within_seconds)
    Memory(given.registration_database).note_sync(sync)
    logs.logger(__name__).info("registrations sent", sent=sync.sent, accepted=sync.accepted)
    return f"Not all registrations were received: {sync.problem}" if sync.problem else None


if __name__ == "__main__":
    main()
