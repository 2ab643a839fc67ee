"""What a robot asks a running server."""

import base64
from typing import Any

from tests.interop.processes import Installation, fetch


def token_status(installation: Installation, made: dict[str, Any], **headers: str) -> int:
    """The status of a registry token's request by a robot in acme/payments."""
    both = base64.b64encode(f"{made['login_name']}:{made['secret']}".encode()).decode()
    scope = "repository:acme/payments/api:pull"
    url = f"{installation.origin}/service/token?service=registry&scope={scope}"
    return fetch(url, {"Authorization": f"Basic {both}"} | headers)[0]
