"""What the processes of this service need to know; each holds only its own secrets."""

import dataclasses as dc


@dc.dataclass(frozen=True, kw_only=True)
class UploadSettings:
    """Of the web process, the consumer and the command line."""

    upload_database_url: str
    upload_field_keys: str
    """`id:base64,…` of 32 bytes each; the first encrypts personal fields, all decrypt."""
    upload_index_key: str
    """Base64 of 32 bytes: blind indexes of ID numbers, hashes of one-time codes."""
    review_sealing_key: str
    """Public key of the review service, base64."""
    notify_sealing_key: str
    """Public key of the notify service, base64."""


@dc.dataclass(frozen=True, kw_only=True)
class ConsumerSettings(UploadSettings):
    """Of the consumer, which alone opens what the reader sealed."""

    upload_private_key: str


@dc.dataclass(frozen=True, kw_only=True)
class EntrySettings:
    """Of the web process alone: who may launch candidates and send registrations."""

    launch_keys: tuple[str, ...]
    """`kid:base64` public Ed25519 keys of the registration system."""
    launch_issuer: str
    launch_audience: str
    registration_api_keys: tuple[str, ...]
    """`id:secret` keys that sign POST /api/registrations."""
    upload_url: str
    """Where candidates reach this service; stands in QR codes, for another device to open."""
    registration_url: str
    """Where a candidate finds the button 上传相关材料 again; said in refusals of launches."""
