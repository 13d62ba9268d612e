"""What near duplicates are found by: one row per checked image, and the forms that never match."""

import datetime as dt
import uuid

from sqlalchemy import ForeignKey, Index, Integer, func
from sqlalchemy.dialects.postgresql import ARRAY, BIT
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.messages import ImageId
from services.upload.domain.likeness import LUMA_BYTES
from services.upload.models.table import Table, always


class ImageLikeness(Table):
    """Apart from the image, so that no page reads 4 KB of brightness for a tile."""

    __tablename__ = "image_likeness"

    image_id: Mapped[ImageId] = mapped_column(ForeignKey("image.id"), primary_key=True)
    picture_hash: Mapped[str] = mapped_column(BIT(256))
    bands: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    luma: Mapped[bytes]

    __table_args__ = (
        always("luma", f"octet_length(luma) = {LUMA_BYTES}"),
        Index("image_likeness_bands_idx", "bands", postgresql_using="gin"),
    )


class KnownTemplate(Table):
    """A blank official form, or another picture that many candidates rightly have."""

    __tablename__ = "known_template"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    picture_hash: Mapped[str] = mapped_column(BIT(256))
    bands: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    luma: Mapped[bytes]
    what: Mapped[str] = mapped_column(unique=True)
    """In words, for whoever reads the list."""
    added_at: Mapped[dt.datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (
        always("luma", f"octet_length(luma) = {LUMA_BYTES}"),
        always("named", "what <> ''"),
        Index("known_template_bands_idx", "bands", postgresql_using="gin"),
    )
