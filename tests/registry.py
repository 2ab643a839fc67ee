"""What the registry's token service grants, read out of its answer."""

import base64
import json

from tests.front import ask

PATH = "/service/token?service=registry&scope=repository:acme/payments/api:pull,push"


def granted(login: str | None = None, path: str = PATH) -> list[str]:
    """The actions that the token names, sorted; the service has to answer."""
    answer = ask(path, authorization=login)
    assert answer.status == 200
    body = answer.json["token"].split(".")[1]
    access = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["access"]
    return sorted(action for entry in access for action in entry["actions"])
