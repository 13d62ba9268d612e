"""Every message that moves between the rooms; the contracts stand by subject in `contracts/`.

Commands are imperative, facts past tense. A message carries ids, object keys, words, numbers and
UTC times; what is personal travels only as `Sealed` text for the one room that may open it (N8).
Who hears what stands in `routes`, how a message travels in `envelopes`, and the JSON of each in
`tests/unit/common/golden/`. A change of shape needs a new version; a field with a default may be
added.
"""

from libs.common.contracts.exams import *
from libs.common.contracts.images import *
from libs.common.contracts.message import *
from libs.common.contracts.plumbing import *
from libs.common.contracts.registration import *
from libs.common.contracts.retention import *
from libs.common.contracts.review import *
from libs.common.contracts.rounds import *
from libs.common.contracts.telling import *

MESSAGES: dict[str, type[Message]] = {m.__name__: m for m in Message.__subclasses__()}
