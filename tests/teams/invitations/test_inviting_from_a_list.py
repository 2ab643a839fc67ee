"""Inviting from a list: what it may say, and errors by line."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from console.models import OutgoingMail
from teams.grants.services import GrantSpec, give
from teams.models import Invitation
from teams.teams.services import create_team
from tests.actors import events_written
from tests.browsers import browser, text
from tests.conftest import Cast, person

ADDRESS = "/o/acme/users/invitations/upload/"
LIST = """email,role,teams,project
Ada@example.com,member,build;docs:owner,payments:write
ben@example.com,owner,,
cy@example.com,,,payments
"""


@pytest.fixture(autouse=True)
def _teams(cast: Cast) -> None:
    for name in ("build", "docs"):
        create_team(actor=cast.owner, organization=cast.organization, name=name)


def gives() -> dict[str, list[str]]:
    """What each invitation gives, by its address."""
    return {
        each.email: [each.role, *(place.label for place in each.places.all())]
        for each in Invitation.objects.all()
    }


EXPECTED = {
    "ada@example.com": [
        "member",
        "member of the team build",
        "owner of the team docs",
        "write in the project payments",
    ],
    "ben@example.com": ["owner"],
    "cy@example.com": ["member", "developer in the project payments"],
}


def test_a_list_invites_each_with_their_own(cast: Cast) -> None:
    answer = browser(cast.owner).post(ADDRESS, {"email": LIST})
    assert answer["Location"] == "/o/acme/users/invitations/"
    assert (gives(), OutgoingMail.objects.count()) == (EXPECTED, 3)


def test_a_file_does_the_same(cast: Cast) -> None:
    file = SimpleUploadedFile("people.csv", LIST.encode("utf-8-sig"), "text/csv")
    assert browser(cast.owner).post(ADDRESS, {"email": "", "file": file}).status_code == 302
    assert gives() == EXPECTED


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Paste a list, or choose a file."),
        ("ada@example.com\n", "The first line names the columns"),
        ("email,shoe\na@example.com,44\n", "The first line names the columns"),
        ("email\n", "Nobody stands in this list."),
        ("email\nnobody\n", "Line 2: Enter a valid email address."),
        ("email,role\na@example.com,admin\n", "Line 2: admin is no role"),
        ("email,teams\na@example.com,none\n", "Line 2: There is no team none."),
        ("email,teams\na@example.com,build:boss\n", "Line 2: There is no role"),
        ("email,project\na@example.com,none\n", "Line 2: There is no project none."),
        ("email,project\na@example.com,payments:boss\n", "Line 2: boss is neither a role"),
        ("email,project\na@example.com,a;b\n", "Line 2: There is no project a."),
        ("email\na@example.com,member\n", "Line 2: There is more in this line than columns."),
        ("email\na@example.com\nmember@example.com\n", "Line 3: This person is a member already."),
        ("email\na@example.com\na@example.com\n", "Line 3: There is a pending invitation"),
        ("email\n" + "".join(f"{n}@example.com\n" for n in range(51)), "At most 50 people"),
    ],
)
def test_what_is_wrong_is_named_by_line_and_nobody_is_invited(
    cast: Cast, typed: str, words: str
) -> None:
    with events_written() as events:
        answer = browser(cast.owner).post(ADDRESS, {"email": typed})
    assert (answer.status_code, events, Invitation.objects.count()) == (422, [], 0)
    assert words in text(answer)


def test_a_file_that_is_no_text_is_refused(cast: Cast) -> None:
    file = SimpleUploadedFile("people.csv", b"email\n\xff\xfe", "text/csv")
    answer = browser(cast.owner).post(ADDRESS, {"email": "", "file": file})
    assert (answer.status_code, "This is no text in UTF-8." in text(answer)) == (422, True)


def test_a_project_admin_lists_people_for_the_project_alone(cast: Cast) -> None:
    admin = person(cast.organization, "member", "admin@example.com")
    spec = GrantSpec(cast.organization, cast.project, role="project:admin")
    give(actor=cast.owner, holder=admin, spec=spec)
    lines = "email,role,project\na@example.com,,payments\nb@example.com,owner,payments\nc@example.com,,\n"
    answer = browser(admin).post(ADDRESS, {"email": lines})
    page = text(answer)
    assert answer.status_code == 422
    for line in (3, 4):
        assert f"Line {line}: you do not hold member:create there." in page
    assert "Line 2:" not in page
    good = "email,project\na@example.com,payments\n"
    assert browser(admin).post(ADDRESS, {"email": good}).status_code == 302
