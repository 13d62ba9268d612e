"""The candidate's own page: her facts, the way into Shencai, what is asked, the final result."""

from flask import Flask, jsonify, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from examples.pages import language
from examples.registration import facts, launch, refused
from examples.registration.accounts import me
from examples.registration.memory import Memory
from examples.registration.roster import Candidate
from examples.registration.settings import RegistrationSettings
from libs.common.clock import now


def add(app: Flask, settings: RegistrationSettings, memory: Memory) -> None:
    """Her page, and its button."""
    target = settings.upload_url.rstrip("/") + "/launch"

    @app.get("/me")
    def candidate() -> str:
        return page(me(), memory)

    @app.post("/me/launch")
    def launch_candidate() -> AnyResponse | str:
        """To a script the token as JSON; else a page whose button carries it over."""
        token = launch.token(
            settings, registration_number=me().registration_number, exam=me().exam, now=now()
        )
        action = f"{target}?lang={language()}"
        if request.accept_mimetypes.best == "application/json":
            return jsonify({"action": action, "token": token})
        return render_template("leaving.html", c=me(), action=action, token=token)


def page(candidate: Candidate, memory: Memory, *, is_own: bool = True) -> str:
    """A registration as its owner sees it; the operator sees it without her buttons."""
    sent = memory.last_sent(candidate)
    return render_template(
        "candidate.html",
        c=candidate,
        is_own=is_own,
        facts=facts.in_words(candidate.facts, language()),
        result=memory.results().get((candidate.exam, candidate.registration_number)),
        corrections=memory.corrections(candidate),
        labels=facts.labels(language()),
        sex=facts.sex_in_words(candidate.value_of("sex"), language()),
        sent=sent,
        why=refused.in_words(sent, language()),
    )
