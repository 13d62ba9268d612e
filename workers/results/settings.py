"""Settings of the results worker."""

import dataclasses as dc

from libs.common.broker import BrokerSettings
from workers.results.push import RegistrationSettings


@dc.dataclass(frozen=True, kw_only=True)
class ResultsSettings(RegistrationSettings, BrokerSettings):
    """Broker, the receiver's address, and our key."""
