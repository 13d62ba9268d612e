"""What upload needs to compare: candidates of ID numbers, names, and the end of validity."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence

from workers.reader.engine import Line
from workers.reader.kinds import squeezed

MOST = 12
"""Candidates of each sort that are told; a page of a roster holds more, and proves nothing."""
ID_CHARACTERS = 18
_ID = re.compile(r"[0-9]{14,18}[0-9Xx]?")
_LOOKAHEAD = 3
"""Lines after a broken number in which its rest may stand; stamps come in between."""
_NAME = r"([〇㐀-鿿豈-﫿\U00020000-\U000323af·•・.]{2,28})"
"""Rare characters stand in names more often than anywhere else."""
_NAME_LABEL = re.compile(rf"^姓名(?:/Name)?[:：]?(?:{_NAME})?$")
_IN_SENTENCE = re.compile(rf"(?:本人|学生|兹证明|经核查[，,]){_NAME}[，,（(]")
_BEFORE_SEX = re.compile(rf"{_NAME}[，,]\s*(?:性别)?[男女]")
_ONLY_NAME = re.compile(rf"^{_NAME}$")
_TAKES_TWO_LINES = re.compile(r"[·•・.]|.{6}")
_LABELS = frozenset({"性别", "民族", "出生", "住址", "姓名", "出生日期", "报考类别", "专业"})
_VALID = re.compile(r"(?<!验证)有效期")
_DAY = r"(\d{4})(?:[.年/·-](\d{1,2})[.月/·-]|(\d\d)(?=\d\d(?!\d)))(\d{1,2})日?"
"""2033.06.15, 2033年6月15日, 2033-06-15, 20330615."""
_UNTIL = re.compile(
    rf"(?:[-—–~一]+|[至到止]|expiry)(?:日期)?[:：为]?{_DAY}|(?<!\d){_DAY}(?=[前止])", re.IGNORECASE
)
"""The end alone: where the end of a range was cut off, its beginning says nothing."""
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_IN_PASSPORT = re.compile(
    rf"expiry(\d\d)(?:\d{{1,2}}月/?)?({'|'.join(_MONTHS)})(\d{{4}})", re.IGNORECASE
)
"""14 5月/MAY 2029, below its label (ICAO 9303)."""


def id_numbers(lines: Sequence[Line]) -> list[str]:
    """Runs that could be an ID number, also where a line's end broke them; capital X."""
    texts = [squeezed(line.text) for line in lines]
    found = [run for text in texts for run in _ID.findall(text) if len(run) >= ID_CHARACTERS - 1]
    found += [joined for at in range(len(texts)) for joined in _joined(texts, at)]
    return _distinct(run.upper()[:ID_CHARACTERS] for run in found)


def _joined(texts: Sequence[str], at: int) -> Iterator[str]:
    tail = re.search(r"[0-9]{5,17}$", texts[at])
    if tail is None:
        return
    for text in texts[at + 1 : at + 1 + _LOOKAHEAD]:
        head = re.match(r"[0-9]{0,12}[0-9Xx]", text)
        if head is not None and len(tail[0] + head[0]) == ID_CHARACTERS:
            yield tail[0] + head[0]


def names(lines: Sequence[Line]) -> list[str]:
    """Whatever stands where a name stands."""
    found: list[str] = []
    for line in lines:
        text = squeezed(line.text)
        label = _NAME_LABEL.match(text)
        if label is not None and label[1]:
            found += _with_rest(label[1], line, lines)
        elif label is not None:
            found += _beside(line, lines)
        found += _IN_SENTENCE.findall(text) + _BEFORE_SEX.findall(text)
    return _distinct(found)


def _beside(label: Line, lines: Sequence[Line]) -> list[str]:
    """The nearest text to the right of a label, on its row; boxes of slanted lines overlap."""
    middle = (label.top + label.bottom) / 2
    row = [
        line
        for line in lines
        if line.top <= middle <= line.bottom
        and line.left >= (label.left + label.right) / 2
        and _ONLY_NAME.match(squeezed(line.text))
        and squeezed(line.text) not in _LABELS
    ]
    if not row:
        return []
    name = min(row, key=lambda line: line.left)
    return _with_rest(squeezed(name.text), name, lines)


def _with_rest(name: str, first: Line, lines: Sequence[Line]) -> list[str]:
    """The name, and the same with what begins right below it: long ones take two lines."""
    if not _TAKES_TWO_LINES.search(name):
        return [name]
    height = first.bottom - first.top
    middle, most = (first.top + first.bottom) / 2, first.bottom + height
    below = [
        text
        for line in lines
        if line.top > middle
        and first.bottom < (line.top + line.bottom) / 2 <= most
        and first.left - height < line.left < first.right
        and _ONLY_NAME.match(text := squeezed(line.text))
        and not text.startswith(tuple(_LABELS))
    ]
    return [name, *(name + rest for rest in below)]


def valid_until(lines: Sequence[Line]) -> list[str]:
    """The end of validity in ISO form; none where the paper is valid for ever."""
    found = []
    texts = [squeezed(line.text) for line in lines]
    for at, text in enumerate(texts):
        if not _VALID.search(text):
            continue
        following = texts[at + 1] if at + 1 < len(texts) else ""
        dates = _ends(text) or _ends(f"{text[-6:]}{following}")
        if dates and "长期" not in text:
            found.append(dates[-1])
    return _distinct(date for date in found if date)


def _ends(text: str) -> list[str]:
    """Dates at which a validity ends; an empty one where there is no such day."""
    found = [_iso(*filter(None, parts)) for parts in _UNTIL.findall(text)]
    for day, month, year in _IN_PASSPORT.findall(text):
        found.append(_iso(year, str(_MONTHS.index(month.upper()) + 1), day))
    return found


def has_open_end(lines: Sequence[Line]) -> bool:
    """Whether the end of a validity is neither a date nor 长期: cut off, or not to be read."""
    return not valid_until(lines) and not any("长期" in line.text for line in lines)


def _iso(year: str, month: str, day: str) -> str:
    try:
        return dt.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _distinct(found: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(found))[:MOST]
