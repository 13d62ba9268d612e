"""`python -m ops.demo.notify`: the delivery desk's part of the demo; runs as the notify service."""

from libs.common import logs
from libs.common.db import Database
from libs.common.fields import FieldCipher
from libs.common.settings import load
from ops.demo.pace import say
from ops.demo.staff import OPERATORS, StaffSettings
from services.notify.operations import operators
from services.notify.settings import NotifySettings

ACTOR = "cli:demo"


def main() -> None:
    """Add the desk's accounts, as far as they are missing."""
    logs.configure("demo-notify")
    settings, demo = load(NotifySettings), load(StaffSettings)
    database = Database(settings.notify_database_url, process="demo-notify", pool_size=1)
    cipher = FieldCipher(settings.notify_field_keys)
    with database.transaction() as session:
        known = {operator.login for operator in operators.everybody(session)}
        for member in OPERATORS:
            if member.login not in known:
                operators.add(
                    session,
                    login=member.login,
                    name=member.name,
                    may_see_phones=member.role == "operator_with_phones",
                    cipher=cipher,
                    actor=ACTOR,
                    factors=demo.factors_of(member.login),
                )
    database.engine.dispose()
    say(f"{len(OPERATORS)} members of staff have their accounts at the delivery desk")


if __name__ == "__main__":
    main()
