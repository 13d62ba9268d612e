"""Every value that a process may be given, by name: from the place and the secrets of a stack."""

from collections.abc import Mapping

from libs.stack import broker_users
from libs.stack.place import Place
from libs.stack.roles import ADMINISTRATOR, DATABASES, OBSERVER, ROLES
from libs.stack.s3 import ACTIONS, S3Keys, identities

DEMO_SMS_APP_ID = "1400000000"
DEMO_SMS_SIGN = "审材样例"
DEMO_SMS_VENDORS = "tencent,aliyun"
DEMO_SMS_HOURS = "00:00-24:00"
"""Simulated phones wake nobody."""
READER_ENGINES = "paddle,rapidocr"
"""The second one reads where the first one does not work."""
LAUNCH_ISSUER = "registration"
LAUNCH_AUDIENCE = "shencai"
LAUNCH_KEY_ID = "launch-1"
REGISTRATION_KEY_ID = "registration-1"
RESULTS_KEY_ID = "results-1"

GENERATED_PLAIN = (
    "LAUNCH_KEYS",
    "UPLOAD_PUBLIC_KEY",
    "REVIEW_PUBLIC_KEY",
    "NOTIFY_PUBLIC_KEY",
    "SMS_PUBLIC_KEY",
)
"""Not secret, but of the same making: docker-compose.yml mounts them as files, too."""


def plain(place: Place, secrets: Mapping[str, str]) -> dict[str, str]:
    """What anybody may know: addresses, names, public keys."""
    return {
        "TRUSTED_HOSTS": ",".join(place.trusted_hosts),
        "UPLOAD_URL": place.public_url("upload-web"),
        "REVIEW_URL": place.public_url("review-web"),
        "NOTIFY_URL": place.public_url("notify-web"),
        "OPS_URL": place.public_url("ops"),
        "REGISTRATION_URL": place.public_url("registration"),
        "REGISTRATION_RESULTS_URL": f"http://{place.address('registration')}/api/results",
        "REGISTRATION_ROSTER": str(place.data_dir / "registration" / "roster.json"),
        "REGISTRATION_DATABASE": str(place.data_dir / "registration" / "registration.sqlite"),
        "REGISTRATION_API_KEY_ID": REGISTRATION_KEY_ID,
        "RESULTS_KEY_ID": RESULTS_KEY_ID,
        "LAUNCH_ISSUER": LAUNCH_ISSUER,
        "LAUNCH_AUDIENCE": LAUNCH_AUDIENCE,
        "LAUNCH_KEY_ID": LAUNCH_KEY_ID,
        "LAUNCH_KEYS": f"{LAUNCH_KEY_ID}:{secrets.get('LAUNCH_PUBLIC_KEY', '')}",
        "S3_ENDPOINT": f"http://{place.address('s3')}",
        "TENCENT_ENDPOINT": f"http://{place.address('sms-gateway')}",
        "TENCENT_APP_ID": DEMO_SMS_APP_ID,
        "TENCENT_SIGN_NAME": DEMO_SMS_SIGN,
        "ALIYUN_ENDPOINT": f"http://{place.address('sms-gateway')}",
        "ALIYUN_SIGN_NAME": DEMO_SMS_SIGN,
        "SMS_VENDORS": DEMO_SMS_VENDORS,
        "SMS_HOURS": DEMO_SMS_HOURS,
        "READER_ENGINES": READER_ENGINES,
        "SMS_GATEWAY_HOST": place.bind("sms-gateway")[0],
        "SMS_GATEWAY_PORT": str(place.bind("sms-gateway")[1]),
        **{f"INTERNAL_{s.upper()}_URL": f"http://{place.address(f'{s}-web')}" for s in DATABASES},
        **{name: value for name, value in secrets.items() if name.endswith("_PUBLIC_KEY")},
    }


def secret(place: Place, secrets: Mapping[str, str]) -> dict[str, str]:
    """The secrets themselves, and what holds one."""

    def database(role: str, name: str) -> str:
        return f"postgresql://{role}:{passwords[role]}@{place.address('postgres')}/{name}"

    def broker(user: str) -> str:
        return f"redis://{user}:{secrets[broker_users.password_name(user)]}@{valkey}/0"

    valkey = place.address("valkey")
    passwords = database_passwords(secrets)
    receipts = (
        f"http://{place.address('notify-web')}/sms/receipts/{{vendor}}/"
        f"{secrets['SMS_RECEIPTS_TOKEN']}"
    )
    return {
        **secrets,
        **{f"{s.upper()}_DATABASE_URL": database(s, s) for s in DATABASES},
        **{f"OPS_{s.upper()}_DATABASE_URL": database(OBSERVER, s) for s in DATABASES},
        **{broker_users.url_name(user): broker(user) for user in broker_users.USERS},
        "POSTGRES_URL": database(ADMINISTRATOR, ADMINISTRATOR),
        "REGISTRATION_API_KEYS": f"{REGISTRATION_KEY_ID}:{secrets['REGISTRATION_API_KEY']}",
        "RESULTS_KEYS": f"{RESULTS_KEY_ID}:{secrets['RESULTS_KEY']}",
        "SMS_GATEWAY_RECEIPTS_URL": receipts,
    }


def database_passwords(secrets: Mapping[str, str]) -> dict[str, str]:
    """Role → password."""
    return {role: secrets[f"{role.upper()}_DATABASE_PASSWORD"] for role in ROLES}


def s3_keys(secrets: Mapping[str, str]) -> dict[str, S3Keys]:
    """Identity → credentials."""
    return {
        name: S3Keys(
            access=secrets[f"S3_{name.upper()}_ACCESS_KEY"],
            secret=secrets[f"S3_{name.upper()}_SECRET_KEY"],
        )
        for name in ACTIONS
    }


def s3_identities(secrets: Mapping[str, str]) -> str:
    """SeaweedFS's own file of who may do what."""
    return identities(s3_keys(secrets))


def s3_security(secrets: Mapping[str, str]) -> str:
    """SeaweedFS's own file of the keys that its parts sign for one another."""
    key = secrets["S3_SIGNING_KEY"]
    sections = ("jwt.signing", "jwt.signing.read", "jwt.filer_signing", "jwt.filer_signing.read")
    return "\n".join(f'[{section}]\nkey = "{key}"\n' for section in sections)
