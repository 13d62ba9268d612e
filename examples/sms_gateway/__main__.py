"""Start the simulated SMS gateway: `python -m examples.sms_gateway`."""

import sys

from examples.pages import serve
from examples.sms_gateway.app import create_app
from examples.sms_gateway.settings import GatewaySettings
from libs.common import logs, settings
from libs.common.errors import Misconfigured


def main() -> None:
    """Serve until stopped."""
    logs.configure("sms-gateway")
    try:
        given = settings.load(GatewaySettings)
        app = create_app(given)
    except (Misconfigured, OSError, ValueError) as error:
        sys.exit(f"The simulated SMS gateway cannot start: {error}")
    serve(app, host=given.sms_gateway_host, port=given.sms_gateway_port)


if __name__ == "__main__":
    main()
