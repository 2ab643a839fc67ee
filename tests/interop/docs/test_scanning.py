"""docs/secret-scanning.md: what whoever finds a secret types, a partner, and the scanners themselves."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.interop.docs.pages import Guide, Typist, typist_of, walks
from tests.interop.docs.test_registry import installs_manage
from tests.interop.processes import Serving
from tests.interop.scanners import SCANNERS, SECRETLINT, require_scanners
from tests.scanning import new_key, public_pem
from tests.secret_shapes import FOLDER

Made = dict[str, Any]
PUBLISHED = "https://api.github.com/meta/public_keys/secret_scanning"
PREPARE = """
roster robot create leaky --project payments
for name in public committed; do
    roster robot token create leaky $name --kind compact --output $name.json
done
"""


@pytest.fixture
def typist(server: Serving, builder: Made, personal_token: str, tmp_path: Path) -> Typist:
    """With a robot account's two tokens, the operator's command, and the scanners beside their rules."""
    require_scanners()
    home = tmp_path / "home"
    made = typist_of(server.installation, personal_token, home)
    made.places[PUBLISHED] = f"file://{home}/published.json"
    listed = [{"key_identifier": "90a4", "key": public_pem(new_key()), "is_current": True}]
    (home / "published.json").write_text(json.dumps({"public_keys": listed}))
    installs_manage(made, server.installation)
    made.installs("detect-secrets", f"{sys.executable} -m detect_secrets", PYTHONPATH=str(SCANNERS))
    made.installs("secretlint", str(SECRETLINT))
    for name in ("roster_detector.py", "secretlintrc.json"):
        shutil.copy(FOLDER / name, home)
    made.types(PREPARE)
    return made


def secret_of(typist: Typist, name: str) -> str:
    found: str = json.loads((typist.home / f"{name}.json").read_text())["token"]
    return found


def tokens(typist: Typist) -> str:
    return typist.types("roster robot token list leaky")


@walks("secret-scanning.md")
def test_what_leaks_ends(guide: Guide, typist: Typist) -> None:
    secret = secret_of(typist, "public")
    typist.follows(guide, SECRET=secret)
    assert "public" not in tokens(typist)
    assert "compact" in typist.follows(guide, SECRET=secret)
    assert "what 90a4 signs is believed from now on" in typist.follows(guide)
    typist.follows(guide)
    (answer,) = json.loads(typist.follows(guide, SECRET=secret_of(typist, "committed")))
    assert (answer["label"], answer["token_type"]) == ("true_positive", "roster_compact_token")
    assert tokens(typist) == "No tokens found for robot leaky in acme\n"
    (typist.home / "app.env").write_text(f"TOKEN={secret}\n")
    found = json.loads(typist.follows(guide))["results"]["app.env"]
    assert "Roster secret" in {each["type"] for each in found}
    assert "app.env\n  1:6  error" in typist.follows(guide)
