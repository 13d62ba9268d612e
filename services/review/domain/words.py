"""What a person writes: without the spaces around it, no longer than it may be."""

from libs.common.errors import Refusal


def fitting(words: str, *, limit: int) -> str:
    """Of at most `limit` characters, maybe none. Refuses `words_too_long`."""
    said = words.strip()
    if len(said) > limit:
        raise Refusal("words_too_long", limit=limit)
    return said


def needed(words: str, *, limit: int) -> str:
    """Of 1 to `limit` characters. Refuses `words_needed`, `words_too_long`."""
    said = fitting(words, limit=limit)
    if not said:
        raise Refusal("words_needed")
    return said
