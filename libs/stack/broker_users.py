"""Who may do what in Valkey: one user per process that talks to it, each with its own password.

An eater takes from its own queue alone; every list and hash that Celery keeps for it begins with
the queue's name (`libs.common.broker`). Whoever sends may only add to the end of a queue: it can
read, count and remove nothing there. So a worker that opens strangers' files cannot see a code
that waits for the SMS worker, and nobody but the administrator can empty the broker.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from libs.common.routes import EXPRESS, QUEUES, SERVICES, STATELESS, Queue

_CONNECT = "+ping +hello +auth +select +client|setinfo +client|setname +client|id"
_SEND = "+multi +exec +discard +llen +lpush +sadd +smembers"
_EAT = (
    "+watch +unwatch +srem +rpush +rpop +brpop +get +set +del +expire +hset +hget +hdel"
    " +zadd +zrem +zrange +zrangebyscore +zrevrangebyscore +evalsha +eval +script|load"
)
_LIFE = "~seen:* ~degraded:* +set"


def _adds_to(queues: Iterable[str]) -> str:
    names = "%W~{0} ~_kombu.binding.{0} ~_kombu.binding_permanent.{0}"
    return " ".join(names.format(queue) for queue in queues)


_ADDS_ANYWHERE = f"{_adds_to(QUEUES)} {_SEND}"


def _eater(queue: Queue) -> str:
    return f"~{queue} ~{queue}.* {_adds_to([queue])} {_LIFE} {_SEND} {_EAT}"


def _answerer(queue: Queue) -> str:
    """A stateless eater sends its answer to the service that asked, and needs no relay for it."""
    return f"{_eater(queue)} {_adds_to(SERVICES)}"


_RULES: Mapping[str, str] = MappingProxyType(
    {
        **{f"{service}-consumer": _eater(service) for service in SERVICES},
        **{f"{service}-relay": f"{_ADDS_ANYWHERE} ~epoch:{service} +set" for service in SERVICES},
        **{queue.replace("_", "-"): _eater(queue) for queue in EXPRESS},
        **{queue: _answerer(queue) for queue in STATELESS},
        "deadlines": f"{_ADDS_ANYWHERE} {_LIFE}",
        "ops": "%R~* +llen +lindex +hlen +scan",
    }
)

USERS = tuple(_RULES)
"""Names of processes, which are the names of their users."""


def password_name(user: str) -> str:
    """Under which the secret store keeps the user's password."""
    return f"VALKEY_{user.upper().replace('-', '_')}_PASSWORD"


def url_name(user: str) -> str:
    """Under which `values` gives the URL that holds it."""
    return f"{user.upper().replace('-', '_')}_BROKER_URL"


def configuration(secrets: Mapping[str, str]) -> str:
    """Lines of valkey.conf: the administrator, who is nobody's process, and every user."""
    users = "".join(
        f'user {user} on ">{secrets[password_name(user)]}" resetkeys resetchannels -@all'
        f" {_CONNECT} {rule}\n"
        for user, rule in _RULES.items()
    )
    return f"requirepass {secrets['VALKEY_PASSWORD']}\n{users}"
