"""Every event that the code writes has a sentence."""

import re
from pathlib import Path

import pytest

from console.models import Event
from console.sentences import SENTENCES, words

ROOT = Path(__file__).resolve().parent.parent.parent
ACTION = re.compile(r'action="([a-z-]+:[a-z-]+)"|"((?:member|robot):[a-z-]+ed|member:left)"')


def written() -> set[str]:
    """What services name as an action."""
    folders = [ROOT / app / "services" for app in ("teams", "robots")]
    files = [file for folder in folders for file in folder.glob("*.py")]
    files += [ROOT / "console" / "services.py", ROOT / "robots" / "keys.py"]
    return {"".join(found) for file in files for found in ACTION.findall(file.read_text())}


@pytest.mark.parametrize("action", sorted(written()))
def test_every_action_has_a_sentence(action: str) -> None:
    assert "{target}" in SENTENCES[action]
    before, after = words(Event(action=action))
    assert action not in before + after
