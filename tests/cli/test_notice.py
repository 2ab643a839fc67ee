"""`roster notice`: what it prints, and what is so afterwards."""

import json
from uuid import uuid4

import pytest

from console.models import Notice, NoticeReader
from console.notices.kinds import SIGN_IN_LOCKED, TOKEN_LEAKED
from console.notices.letters import tell_by_letter
from console.notices.telling import News
from tests.cli.shells import Shell
from tests.conftest import Cast


@pytest.fixture
def told(cast: Cast) -> list[Notice]:
    """Two notices of the owner's, the older one first."""
    leaked = News(cast.token, "A token is leaked", "/", [cast.owner])
    tell_by_letter(TOKEN_LEAKED, cast.organization, leaked)
    locked = News(cast.owner, "Your account is locked", "", [cast.owner])
    tell_by_letter(SIGN_IN_LOCKED, None, locked)
    return list(Notice.objects.order_by("id"))


def test_list(roster: Shell, told: list[Notice]) -> None:
    lines = roster.good("notice", "list").splitlines()
    assert lines[0].split() == ["ID", "AGE", "ORGANIZATION", "NOTICE"]
    assert [line.split()[0] for line in lines[1:]] == [str(told[1].uuid), str(told[0].uuid)]
    assert "acme" in lines[2]
    assert lines[2].endswith("A token is leaked")
    rows = json.loads(roster.good("notice", "list", "--of", "acme", "--format", "json"))
    assert [row["kind"] for row in rows] == ["token.leaked"]
    assert "A token is leaked" in roster.good("notice", "list", "--kind", "token.leaked")
    assert roster.good("notice", "list", "--kind", "token.ended") == "No notices found\n"


def test_read(roster: Shell, told: list[Notice]) -> None:
    said = roster.good("notice", "read", str(told[0].uuid))
    assert said == "Marked as read: A token is leaked\n"
    assert "leaked" not in roster.good("notice", "list", "--unread")
    assert roster.good("notice", "read", "--all") == "Marked 1 as read\n"
    assert not NoticeReader.objects.filter(read_at=None).exists()
    assert roster.good("notice", "list", "--unread") == "No notices found\n"


def test_mistakes(roster: Shell, told: list[Notice]) -> None:
    for arguments in ((), ("--all", str(told[0].uuid))):
        ran = roster("notice", "read", *arguments)
        assert ran.code == 2
        assert "Name notices by their IDs, or say --all." in ran.error
    assert roster("notice", "read", str(uuid4())).code == 1
    assert roster("notice", "list", "--of", "globex").code == 1
    assert NoticeReader.objects.filter(read_at=None).count() == 2
