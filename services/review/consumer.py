"""The door through which messages come in: what is heard, and what is done then."""

from collections.abc import Mapping
from functools import partial

from celery import Celery

from libs.common import doors, settings
from libs.common import messages as m
from libs.common.db import Database
from services.review.operations import damage, hear
from services.review.settings import ConsumerSettings
from services.review.vault import Vault


def operations(vault: Vault) -> Mapping[type[m.Message], doors.Operation]:
    """Each message that this room hears, and its operation."""
    return {
        m.ExamLoaded: hear.learn_exam,
        m.ApplicationSubmitted: partial(hear.receive_round, vault=vault),
        m.SubmittedImageChecked: damage.record_check,
        m.RequestsOverdue: hear.mark_overdue,
        m.ApplicationLocked: hear.list_unsubmitted,
        m.WindowExtended: hear.remember_extension,
        m.DeadlineTick: hear.tick,
    }


def create_app() -> Celery:
    """The consumer, from the environment: `celery -A services.review.consumer:create_app()`."""
    chosen = settings.load(ConsumerSettings)
    vault = Vault(chosen.review_field_keys, chosen.review_opening_key)
    return doors.service(
        "review",
        chosen.broker_url,
        lambda: Database(chosen.review_database_url, process="review-consumer", pool_size=2),
        operations(vault),
    )
