"""What the command line may do in this room; it runs with this service's secrets only."""

from libs.common import settings
from libs.common.db import Database
from libs.common.fields import FieldCipher
from services.notify.operations import operators
from services.notify.operations.operators import NewOperator
from services.notify.settings import NotifySettings

ACTOR = "cli"


def add_operator(*, login: str, name: str, may_see_phones: bool) -> NewOperator:
    """Add an account of the delivery desk. Raises Refusal `login_taken`."""
    chosen = settings.load(NotifySettings)
    database = Database(chosen.notify_database_url, process="notify-command", pool_size=1)
    try:
        with database.transaction() as session:
            return operators.add(
                session,
                login=login,
                name=name,
                may_see_phones=may_see_phones,
                cipher=FieldCipher(chosen.notify_field_keys),
                actor=ACTOR,
            )
    finally:
        database.engine.dispose()
