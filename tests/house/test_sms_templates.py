"""The wordings of notify, the vendor's template ids, and the simulated vendor agree."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORDINGS = ROOT / "services/notify/templates/notices"
TABLES: dict[str, dict[str, str]] = json.loads(
    (ROOT / "workers/sms/templates.json").read_text("utf-8")
)
IDS = TABLES["tencent"]
APPROVED: dict[str, str] = json.loads(
    (ROOT / "examples/sms_gateway/templates.json").read_text("utf-8")
)


def wordings() -> dict[str, str]:
    """Template of the command → its words, with the vendor's numbered places."""
    found = {}
    for path in sorted(WORDINGS.glob("*/sms.*.txt")):
        language = path.name.removeprefix("sms.").removesuffix(".txt")
        words = path.read_text("utf-8").strip()
        found[f"{path.parent.name}.{language}"] = re.sub(r"\{\w+\}", "{1}", words)
    return found


def test_every_sms_wording_has_an_id_at_the_vendor_and_no_id_is_left_over() -> None:
    for vendor, ids in TABLES.items():
        told = f"list the wording for {vendor} in workers/sms/templates.json"
        assert sorted(ids) == sorted(wordings()), told


def test_the_simulated_vendor_has_approved_just_these_words() -> None:
    approved = {template: APPROVED.get(vendor_id) for template, vendor_id in IDS.items()}

    assert approved == wordings(), "copy the words to examples/sms_gateway/templates.json"
    assert sorted(APPROVED) == sorted(IDS.values())


def test_only_the_one_time_code_has_a_variable() -> None:
    with_places = {template for template, words in wordings().items() if "{" in words}

    assert with_places == {"code.zh-CN", "code.en"}
