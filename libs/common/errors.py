"""The kinds of failure that the rooms tell apart; everything else is trouble and rises."""


class Refusal(Exception):
    """A rule said no. Shown to the person or recorded by the consumer; never retried.

    `code` is looked up in the room's `refusals.py` for its status, cause and cure (zh and en);
    `params` are the numbers and names that its sentences mention.
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class BadMessage(Exception):
    """A message of unknown type or version, or of the wrong shape: it is parked, not retried."""


class Misconfigured(Exception):
    """A setting is missing or wrong; the sentence says which, and what is expected."""
