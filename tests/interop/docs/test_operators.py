"""docs/operators: what whoever runs Roster types, on quiet days and on others."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.interop.docs.pages import Guide, Typist, typist_of, walks
from tests.interop.docs.test_registry import installs_manage
from tests.interop.processes import Serving, eventually

Made = dict[str, Any]


@pytest.fixture
def typist(server: Serving, builder: Made, personal_token: str, tmp_path: Path) -> Typist:
    made = typist_of(server.installation, personal_token, tmp_path / "home")
    installs_manage(made, server.installation)
    made.known["ROSTER_DATA"] = str(server.installation.folder)
    made.known |= {"ACCESS_ID": builder["access_id"], "SECRET": builder["secret"]}
    (made.home / "backups").mkdir()
    return made


def keys(typist: Typist) -> str:
    return typist.types("manage.py signing_keys")


@walks("operators/running.md")
def test_quiet_days(guide: Guide, typist: Typist) -> None:
    assert "PostgreSQL" in guide.take("text")
    doctor = guide.take("sh")
    # A server that has just begun has jobs that never ran: warnings. A busy machine takes its time.
    assert "Keyring" in typist.types(f"{doctor.strip()} --timeout 60 || test $? = 1")
    assert "backups/today" in typist.follows(guide)
    assert "all in order" in typist.follows(guide)
    assert "send-mail" in typist.follows(guide)
    assert "\n2 " in typist.follows(guide)
    before = keys(typist)
    assert typist.follows(guide) != before


@walks("operators/incidents.md")
def test_other_days(guide: Guide, typist: Typist) -> None:
    typist.follows(guide)
    assert "token:leaked" in typist.follows(guide)
    typist.follows(guide)
    assert "builder" in typist.types("roster robot list --state disabled")
    leaked = json.loads(typist.types("curl --silent $ROSTER/.well-known/jwks.json"))["keys"][0]
    assert leaked["kid"] in typist.follows(guide, KID=leaked["kid"])
    assert "withdrawn" in keys(typist)
    typist.follows(guide)
    lose_the_keyring(typist)
    assert "SECRETS" in typist.follows(guide)
    typist.follows(guide)
    assert json.loads(typist.follows(guide))
    typist.types(f"{guide.take('sh').strip()} --timeout 60 || test $? = 1")
    assert "/password/" in typist.follows(guide)
    typist.follows(guide)


def lose_the_keyring(typist: Typist) -> None:
    ring = Path(typist.known["ROSTER_DATA"]) / "keyring.json"
    shutil.move(ring, typist.home / "backups" / "keyring.json")
    eventually(
        lambda: "there is no keyring" in typist.types("manage.py keyring 2>&1 || true"), "said"
    )
