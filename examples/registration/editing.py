"""Editing a registration, as its owner does here: what changed goes to Shencai at once (R3)."""

from collections.abc import Mapping

from flask import Flask, redirect, render_template, request, url_for
from pydantic import ValidationError
from werkzeug.wrappers import Response as AnyResponse

from examples.pages import language
from examples.registration import facts, feed
from examples.registration.accounts import me
from examples.registration.memory import Memory
from examples.registration.roster import Candidate
from examples.registration.settings import RegistrationSettings

MOST_CHARACTERS = 200
MISSING, WRONG = "edit_missing", "edit_wrong"


def add(app: Flask, settings: RegistrationSettings, memory: Memory) -> None:
    """The page with the form, and what it posts to."""

    def page(candidate: Candidate, problem: str = "") -> str:
        values = {fact: candidate.value_of(fact) for fact in facts.labels(language())}
        fields = facts.fields(values, language())
        return render_template(
            "edit.html",
            c=candidate,
            personal=[field for field in fields if field.fact in facts.PERSONAL],
            fields=[field for field in fields if field.fact not in facts.PERSONAL],
            asked={correction.fact for correction in memory.corrections(candidate)},
            told=candidate.told,
            problem=problem,
        )

    @app.get("/me/edit")
    def edit() -> str:
        return page(me())

    @app.post("/me/edit")
    def save() -> AnyResponse | tuple[str, int]:
        before = me()
        try:
            changed = _changed(before, _given(before))
        except ValidationError:
            return page(before, WRONG), 400
        if not all(changed.value_of(f) for f, known in facts.PERSONAL.items() if known.must):
            return page(before, MISSING), 400
        if changed != before:
            changed = changed.model_copy(update={"version": before.version + 1})
            memory.keep_edit(changed)
            memory.note_changed(
                one
                for one in memory.corrections(changed)
                if before.value_of(one.fact) != changed.value_of(one.fact)
            )
        if changed != before or memory.last_sent(before) not in ("", "ok"):
            memory.note_sent(changed, feed.hand_over(settings, [changed]).problem)
        return redirect(url_for("candidate"), 303)


def _given(before: Candidate) -> dict[str, str]:
    """The facts that the form says otherwise than they stand."""
    given = {
        fact: request.form[facts.form_name(fact)].strip()[:MOST_CHARACTERS]
        for fact in facts.labels(language())
        if facts.form_name(fact) in request.form
    }
    return {fact: value for fact, value in given.items() if value != before.value_of(fact)}


def _changed(before: Candidate, given: Mapping[str, str]) -> Candidate:
    """With what was given; sex and birth date follow the ID number. Raises ValidationError."""
    values = before.model_dump()
    values["facts"] |= {f: value for f, value in given.items() if f not in facts.PERSONAL}
    own = {f: value for f, value in given.items() if f in facts.PERSONAL}
    values |= {facts.PERSONAL[fact].field: value for fact, value in own.items()}
    told = Candidate.model_validate(values).told
    if told != before.told:
        values |= {fact: value for fact, value in told.items() if fact not in given}
    return Candidate.model_validate(values)
