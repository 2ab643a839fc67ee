"""What docs/ tells people to type, run against a server."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.interop.processes import PATIENCE_SECONDS, ROOT, Serving, require_tool

Block = tuple[str, str]


def blocks(page: str) -> list[Block]:
    """The blocks of code of a page: the language of each and its text."""
    return re.findall(
        r"^```(\w+)\n(.*?)^```$", (ROOT / "docs" / page).read_text(), re.MULTILINE | re.DOTALL
    )


class Typist:
    """Somebody who types them, in an empty folder."""

    def __init__(self, home: Path, **known: str) -> None:
        self.home, self.known = home, known

    def types(self, block: Block, **more: str) -> str:
        language, text = block
        programs = {
            "sh": ["sh", "-ec", text],
            "python": [sys.executable, "-c", text],
            "js": [require_tool("node"), "-e", text],
        }
        own = {
            "HOME": str(self.home),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "NODE_PATH": str(ROOT / ".venv/node/node_modules"),
        }
        done = subprocess.run(
            programs[language],
            cwd=self.home,
            env=own | self.known | more,
            text=True,
            capture_output=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )
        assert done.returncode == 0, done
        return done.stdout


@pytest.fixture
def typist(server: Serving, builder: dict[str, Any], tmp_path: Path) -> Typist:
    """The owner of acme, with a personal token."""
    made = server.installation.do("personal_token")
    origin = server.installation.origin
    return Typist(
        tmp_path,
        ROSTER=origin,
        ROSTER_SERVER=origin,
        ROSTER_ORGANIZATION="acme",
        ROSTER_TOKEN=made["secret"],
    )


def test_tokens_in_services(typist: Typist, builder: dict[str, Any]) -> None:
    register, get, check_python, check_node, ask = blocks("tokens-in-services.md")
    assert "acme/orders secret created" in typist.types(register)
    login = {"ACCESS_ID": builder["access_id"], "SECRET": builder["secret"]}
    token = json.loads(typist.types(get, **login))["access_token"]
    for check in (check_python, check_node):
        said = typist.types(check, TOKEN=token)
        assert said == f"{builder['login_name']} artifact:pull\n"
    client = json.loads((typist.home / "orders.json").read_text())
    own = {"CLIENT_ID": client["clientId"], "CLIENT_SECRET": client["clientSecret"]}
    answer = json.loads(typist.types(ask, TOKEN=token, **own))
    assert (answer["active"], answer["scope"]) == (True, "artifact:pull")
