"""What the processes of this service need to know; each holds only its own secrets."""

import dataclasses as dc


@dc.dataclass(frozen=True, kw_only=True)
class ReviewSettings:
    """Of the web process and the command line."""

    review_database_url: str
    review_field_keys: str
    """`id:base64,…` of 32 bytes each; the first encrypts personal fields, all decrypt."""


@dc.dataclass(frozen=True, kw_only=True)
class ConsumerSettings:
    """Of the consumer, which alone may open what is sealed for this room."""

    review_database_url: str
    review_field_keys: str
    review_private_key: str
    """Opens what is sealed for this room, base64; upload holds its public half."""
    broker_url: str
