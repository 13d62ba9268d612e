"""What a resident's ID number tells: sex and date of birth, as Shencai reads them."""

import re

ID_TYPES = ("mainland", "temporary")
_NUMBER = re.compile(r"[0-9]{6}([0-9]{4})([0-9]{2})([0-9]{2})[0-9]{2}([0-9])[0-9Xx]")


def told_by(id_number: str) -> dict[str, str]:
    """The two facts; none if it is no such number."""
    found = _NUMBER.fullmatch(id_number)
    if found is None:
        return {}
    sex = "male" if int(found[4]) % 2 else "female"
    return {"sex": sex, "birth_date": f"{found[1]}-{found[2]}-{found[3]}"}
