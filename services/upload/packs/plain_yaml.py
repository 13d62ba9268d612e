"""YAML as packs use it: the core values only, every field once."""

import re
from typing import Any

import yaml


class _Plain(yaml.SafeLoader):
    """YAML's core values only: dates and 24:00 stay words, yes and no too, keys stand once."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  (the base class's own form)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        """A mapping, refused when one key stands twice."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.tag != "tag:yaml.org,2002:str":
                raise yaml.MarkedYAMLError(
                    problem="a field's name must be a word", problem_mark=key.start_mark
                )
            if key.value in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the field {key.value!r} stands twice", problem_mark=key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


_Plain.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))
_Plain.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(null|)$"), ["n", ""])
_Plain.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^(0|[1-9][0-9]*)$"), list("0123456789")
)


def words_of(text: str) -> Any:
    """YAML as JSON values: dates, 24:00, yes and no stay words. Raises yaml.YAMLError."""
    return yaml.load(text, Loader=_Plain)  # noqa: S506  (a SafeLoader with fewer kinds)
