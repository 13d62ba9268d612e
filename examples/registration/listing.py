"""The operator's pages: all registrations, and sending them over to Shencai."""

from flask import Flask, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from examples.registration import feed
from examples.registration.memory import Memory
from examples.registration.own import page
from examples.registration.roster import Roster
from examples.registration.settings import RegistrationSettings

CANDIDATES_SHOWN = 200
"""More are found by searching."""


def add(app: Flask, settings: RegistrationSettings, roster: Roster, memory: Memory) -> None:
    """The list, one registration to read, and the hand-over."""

    @app.get("/operator")
    def candidates() -> str:
        words = request.args.get("q", "")[:60]
        found = roster.search(words)
        return render_template(
            "candidates.html",
            candidates=found[:CANDIDATES_SHOWN],
            found=len(found),
            total=len(roster.all()),
            results=memory.results(),
            sync=memory.last_sync(),
            words=words,
        )

    @app.get("/operator/candidates/<registration_number>")
    def registration(registration_number: str) -> str:
        found = roster.find(registration_number)
        if found is None:
            abort(404)
        return page(found, memory, is_own=False)

    @app.post("/operator/sync")
    def sync() -> AnyResponse:
        memory.note_sync(feed.hand_over(settings, roster.all()))
        return redirect(url_for("candidates"), 303)
