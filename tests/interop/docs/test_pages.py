"""What docs/ tells people to type, run against a server."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.interop.docs.pages import PAGES, Guide, Typist, typist_of, walks
from tests.interop.processes import Serving

Made = dict[str, Any]


def test_every_page_with_blocks_is_walked_through_by_a_test() -> None:
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    calls = re.findall(r"^@walks\((.*)\)$", tests, re.MULTILINE)
    walked = [name for call in calls for name in re.findall(r'"(.+?)"', call)]
    assert sorted(walked) == [name for name in PAGES if Guide(name).blocks]


@pytest.fixture
def typist(server: Serving, builder: Made, personal_token: str, tmp_path: Path) -> Typist:
    made = typist_of(server.installation, personal_token, tmp_path / "home")
    made.known |= {"ACCESS_ID": builder["access_id"], "SECRET": builder["secret"]}
    return made


@walks("oauth.md")
def test_a_service_asks(guide: Guide, typist: Typist, builder: Made) -> None:
    typist.follows(guide)
    token = json.loads(typist.follows(guide))["access_token"]
    found = json.loads(typist.follows(guide))
    assert found["token_endpoint"] == f"{typist.known['ROSTER']}/oauth/token"
    client = json.loads((typist.home / "orders.json").read_text())
    own = {"CLIENT_ID": client["clientId"], "CLIENT_SECRET": client["clientSecret"]}
    question = guide.take("sh")
    answer = json.loads(typist.types(question, TOKEN=token, **own))
    assert (answer["active"], answer["scope"]) == (True, "artifact:pull")
    assert answer["username"] == builder["login_name"]
    assert json.loads(typist.types(question, TOKEN=builder["secret"], **own))["active"] is True
    typist.follows(guide, TOKEN=token, **own)
    assert json.loads(typist.types(question, TOKEN=token, **own)) == {"active": False}


@walks("jwt-libraries.md")
def test_libraries_check(guide: Guide, typist: Typist, builder: Made) -> None:
    typist.follows(guide)
    token = json.loads(typist.follows(guide))["access_token"]
    for language in ("python", "js"):
        printed = typist.types(guide.take(language), language, TOKEN=token)
        assert printed == f"{builder['login_name']} artifact:pull\n"
