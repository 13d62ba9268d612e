"""Editing a registration, as its owner does here: what changed goes to Shencai at once (R3)."""

from flask import Flask, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from examples.pages import language
from examples.registration import facts, feed
from examples.registration.accounts import me
from examples.registration.memory import Memory
from examples.registration.roster import Candidate
from examples.registration.settings import RegistrationSettings

PLAIN = ("name", "phone", "unit", "unit_phone")
MOST_CHARACTERS = 60
MISSING = "missing"


def add(app: Flask, settings: RegistrationSettings, memory: Memory) -> None:
    """The page with the form, and what it posts to."""

    def page(candidate: Candidate, problem: str = "") -> str:
        asked = {correction.fact for correction in memory.corrections(candidate)}
        return render_template(
            "edit.html",
            c=candidate,
            fields=facts.fields(candidate.facts, language()),
            asked=asked,
            problem=problem,
        )

    @app.get("/me/edit")
    def edit() -> str:
        return page(me())

    @app.post("/me/edit")
    def save() -> AnyResponse | tuple[str, int]:
        before = me()
        changed = _changed(before)
        if changed is None:
            return page(before, MISSING), 400
        if changed != before:
            newer = changed.model_copy(update={"version": before.version + 1})
            memory.keep_edit(newer)
            memory.note_corrected(
                one for one in memory.corrections(newer) if _differs(before, newer, one.fact)
            )
            memory.note_sent(newer, feed.hand_over(settings, [newer]).problem)
        return redirect(url_for("candidate"), 303)


def _differs(before: Candidate, after: Candidate, fact: str) -> bool:
    """Whether the fact, or the plain field of that name, was changed."""
    if fact in PLAIN:
        return bool(getattr(before, fact) != getattr(after, fact))
    return before.facts.get(fact) != after.facts.get(fact)


def _changed(before: Candidate) -> Candidate | None:
    """The candidate as the form says; None if name or phone are missing."""
    plain = {n: request.form.get(n, "").strip()[:MOST_CHARACTERS] for n in PLAIN}
    if not plain["name"] or not plain["phone"]:
        return None
    given = {
        name: request.form.get(f"fact.{name}", str(value)) for name, value in before.facts.items()
    }
    kept = {
        name: value if facts.same(given[name], value) else given[name]
        for name, value in before.facts.items()
    }
    return before.model_copy(update={**plain, "facts": kept})
