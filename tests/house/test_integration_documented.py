"""The example in docs/integration.md is what Shencai believes."""

import re
from pathlib import Path
from typing import Any

from libs.common.clock import now
from libs.common.signing import verify

PAGE = Path(__file__).parents[2] / "docs" / "integration.md"


def test_the_documented_example_signs_a_request_that_is_believed() -> None:
    [code] = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own page

    headers = names["signed_headers"]("POST", "/api/results?x=1", b"{}", "id-1", "k" * 32)

    proof = verify("POST", "/api/results?x=1", b"{}", headers, keys={"id-1": "k" * 32}, now=now())
    assert proof.nonce == headers["X-Shencai-Nonce"]
