"""Every value that a process may be given, by name: from the place and the secrets of a stack."""

from collections.abc import Mapping

from libs.stack.place import Place
from libs.stack.ports import LOOPBACK
from libs.stack.postgres import DATABASES, OBSERVER, ROLES
from libs.stack.s3 import ACTIONS, S3Keys

DEMO_SMS_APP_ID = "1400000000"
DEMO_SMS_SIGN = "审材样例"
LAUNCH_ISSUER = "registration"
LAUNCH_AUDIENCE = "shencai"
LAUNCH_KEY_ID = "launch-1"
REGISTRATION_KEY_ID = "registration-1"
RESULTS_KEY_ID = "results-1"


def plain(place: Place) -> dict[str, str]:
    """What anybody may know: addresses and names."""
    return {
        "TRUSTED_HOSTS": ",".join(place.trusted_hosts),
        "UPLOAD_URL": place.public_url("upload-web"),
        "REVIEW_URL": place.public_url("review-web"),
        "NOTIFY_URL": place.public_url("notify-web"),
        "OPS_URL": place.public_url("ops"),
        "REGISTRATION_URL": place.public_url("registration"),
        "REGISTRATION_RESULTS_URL": f"{place.local_url('registration')}/api/results",
        "REGISTRATION_API_KEY_ID": REGISTRATION_KEY_ID,
        "REGISTRATION_ROSTER": str(place.data_dir / "registration" / "roster.json"),
        "REGISTRATION_DATABASE": str(place.data_dir / "registration" / "registration.sqlite"),
        "RESULTS_KEY_ID": RESULTS_KEY_ID,
        "LAUNCH_ISSUER": LAUNCH_ISSUER,
        "LAUNCH_AUDIENCE": LAUNCH_AUDIENCE,
        "LAUNCH_KEY_ID": LAUNCH_KEY_ID,
        "S3_ENDPOINT": place.local_url("s3"),
        "TENCENT_ENDPOINT": place.local_url("sms-gateway"),
        "TENCENT_APP_ID": DEMO_SMS_APP_ID,
        "TENCENT_SIGN_NAME": DEMO_SMS_SIGN,
        "SMS_GATEWAY_HOST": place.host,
        "SMS_GATEWAY_PORT": str(place.port("sms-gateway")),
        **{f"INTERNAL_{s.upper()}_URL": place.local_url(f"{s}-web") for s in DATABASES},
    }


def secret(place: Place, secrets: Mapping[str, str]) -> dict[str, str]:
    """The secrets themselves, and the URLs that hold one."""

    def database(role: str, name: str) -> str:
        password = secrets[f"{role.upper()}_DATABASE_PASSWORD"]
        return f"postgresql://{role}:{password}@{LOOPBACK}:{place.port('postgres')}/{name}"

    receipts = (
        f"{place.local_url('notify-web')}/sms/receipts/tencent/{secrets['SMS_RECEIPTS_TOKEN']}"
    )
    return {
        **secrets,
        **{f"{s.upper()}_DATABASE_URL": database(s, s) for s in DATABASES},
        **{f"OPS_{s.upper()}_DATABASE_URL": database(OBSERVER, s) for s in DATABASES},
        "LAUNCH_KEYS": f"{LAUNCH_KEY_ID}:{secrets['LAUNCH_PUBLIC_KEY']}",
        "REGISTRATION_API_KEYS": f"{REGISTRATION_KEY_ID}:{secrets['REGISTRATION_API_KEY']}",
        "RESULTS_KEYS": f"{RESULTS_KEY_ID}:{secrets['RESULTS_KEY']}",
        "BROKER_URL": f"redis://:{secrets['VALKEY_PASSWORD']}@{LOOPBACK}:{place.port('valkey')}/0",
        "SMS_GATEWAY_RECEIPTS_URL": receipts,
    }


def database_passwords(secrets: Mapping[str, str]) -> dict[str, str]:
    """Role → password."""
    return {
        role: secrets[
            "POSTGRES_PASSWORD" if role == "postgres" else f"{role.upper()}_DATABASE_PASSWORD"
        ]
        for role in ROLES
    }


def s3_keys(secrets: Mapping[str, str]) -> dict[str, S3Keys]:
    """Identity → credentials."""
    return {
        name: S3Keys(
            access=secrets[f"S3_{name.upper()}_ACCESS_KEY"],
            secret=secrets[f"S3_{name.upper()}_SECRET_KEY"],
        )
        for name in ACTIONS
    }
