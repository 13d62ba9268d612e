"""What the demo's candidates do: each by itself, through upload's operations (acts as upload)."""

import dataclasses as dc

from sqlalchemy import func, select

from libs.common.clock import now
from libs.common.messages import ApplicationId, RequestId
from ops.demo.activating import Room, activate
from ops.demo.cast import UPLOADING, Player, Stage
from ops.demo.pictures import CLEAR, photo_of
from services.upload import intake
from services.upload.domain.activation import Step
from services.upload.domain.application import CheckState, RequestKind, RequestState
from services.upload.domain.materials import Entry, Status
from services.upload.domain.metadata import strip
from services.upload.models.application import Application, Image
from services.upload.models.holdings import read_holdings
from services.upload.models.review import Request
from services.upload.operations import answers, images, slots, submission

EXPLANATION = "毕业证书在搬家时遗失，已向原学校申请毕业证明书。（样例）"


@dc.dataclass(frozen=True)
class Candidate:
    """One player with the application that the import made."""

    room: Room
    player: Player
    application_id: ApplicationId

    def prepare(self) -> None:
        """Activate and upload as far as the stage says; what an earlier start did is kept."""
        stage = self.player.stage
        if stage is Stage.NEW:
            return
        until = Step.PHONE if stage is Stage.BEGUN else Step.DONE
        activate(self.room, self.player, self.application_id, until=until)
        if stage in UPLOADING and not self._round():
            self._fill()

    def follow(self) -> None:
        """Hand in once all is checked; wait for what the review says, and answer it."""
        if not self._round():
            self._await_checks()
            self._submit()
        if self.player.stage is Stage.RETURNED:
            self._await_requests()
        elif self.player.stage is Stage.RESUBMITTED and self._round() == 1:
            self._await_requests()
            self._answer()
            self._await_checks()
            self._submit()
        elif self.player.stage is Stage.CONCLUDED:
            self.room.pace.until(self._awaits_publication, what=f"the end of {self.player.number}")

    def _fill(self) -> None:
        """Upload every required material; who has come partly, the first half of the list."""
        with self.room.database.transaction() as session:
            held = read_holdings(session, self.application_id)
            known = {image.idempotency_key for image in held.images}
            required = [e for e in held.entries if e.status is Status.REQUIRED]
        if self.player.stage is Stage.PARTLY:
            required = required[: len(required) // 2] + self._absent(required)
        for entry in required:
            if entry.code in self.player.absences:
                self._say_absent(entry)
                continue
            for position in range(1, max(entry.min, 1) + 1):
                if self._key(entry.code, position) not in known:
                    look = self.player.looks.get(f"{entry.code}-{position}", CLEAR)
                    self._upload(entry.code, position, look)

    def _absent(self, required: list[Entry]) -> list[Entry]:
        half = len(required) // 2
        return [entry for entry in required[half:] if entry.code in self.player.absences]

    def _say_absent(self, entry: Entry) -> None:
        with self.room.database.transaction() as session:
            answers.set_absence(
                session,
                application_id=self.application_id,
                material=entry.code,
                reason=self.player.absences[entry.code],
                began_at=now(),
            )

    def _upload(
        self, material: str, position: int, look: str, request_id: RequestId | None = None
    ) -> None:
        """As the web door does it: the bytes first, then one transaction."""
        began_at = now()
        stored = intake.store(
            self.room.storage,
            strip(photo_of(material, position, look, number=self.player.number)),
        )
        upload = slots.Upload(
            application_id=self.application_id,
            material=material,
            idempotency_key=self._key(material, position, request_id),
            began_at=began_at,
            request_id=request_id,
        )
        with self.room.database.transaction() as session:
            images.receive(session, upload, stored)

    def _key(self, material: str, position: int, request_id: RequestId | None = None) -> str:
        return f"demo-{material}-{position}-{request_id or 'first'}"

    def _submit(self) -> None:
        with self.room.database.transaction() as session:
            submission.submit(
                session,
                application_id=self.application_id,
                began_at=now(),
                vault=self.room.vault,
            )

    def _answer(self) -> None:
        """Each request: a clear picture, or words where no picture is drawn for it."""
        for request in self._open_requests():
            if request.kind == RequestKind.REPLACE:
                with self.room.database.transaction() as session:
                    old = session.get_one(Image, request.image_id)
                self._upload(old.material, old.position, CLEAR, request.id)
                continue
            with self.room.database.transaction() as session:
                answers.explain(
                    session,
                    application_id=self.application_id,
                    request_id=request.id,
                    text=EXPLANATION,
                    began_at=now(),
                )

    def _await_checks(self) -> None:
        self.room.pace.until(
            lambda: not self._pending(), what=f"the checks of {self.player.number}'s pictures"
        )

    def _await_requests(self) -> None:
        wanted = len(self.player.asks)
        self.room.pace.until(
            lambda: len(self._open_requests()) >= wanted,
            what=f"the requests to {self.player.number}",
        )

    def _pending(self) -> int:
        with self.room.database.transaction() as session:
            return session.execute(
                select(func.count()).where(
                    Image.application_id == self.application_id,
                    Image.check_state == CheckState.PENDING,
                    Image.deleted_at.is_(None),
                )
            ).scalar_one()

    def _open_requests(self) -> list[Request]:
        with self.room.database.transaction() as session:
            rows = session.scalars(
                select(Request).where(
                    Request.application_id == self.application_id,
                    Request.state == RequestState.OPEN,
                )
            )
            return list(rows)

    def _application(self) -> Application:
        with self.room.database.transaction() as session:
            return session.get_one(Application, self.application_id)

    def _round(self) -> int:
        return self._application().round

    def _awaits_publication(self) -> bool:
        return self._application().stage == "awaiting_publication"
