"""Numbers of the public page; nothing here names a person."""

import dataclasses as dc

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.notify.domain.delivery import State
from services.notify.domain.facts import SENT_OVER, Channel
from services.notify.models.notice import Delivery


@dc.dataclass(frozen=True)
class Counts:
    """Deliveries by channel and state; every state has a number."""

    by_channel: dict[Channel, dict[State, int]]

    def total(self, state: State) -> int:
        """Over all channels."""
        return sum(counts[state] for counts in self.by_channel.values())


def count_deliveries(session: Session) -> Counts:
    """One grouped count."""
    counts = {channel: dict.fromkeys(State, 0) for channel in SENT_OVER}
    rows = session.execute(
        select(Delivery.channel, Delivery.state, func.count()).group_by(
            Delivery.channel, Delivery.state
        )
    )
    for channel, state, number in rows:
        counts[Channel(channel)][State(state)] = number
    return Counts(counts)
