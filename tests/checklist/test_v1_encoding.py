"""V1: what people typed stays what it is, in pages, statements, files and requests."""

import pytest
from django.test import Client

from console.outgoing.client import GuardedClient
from console.outgoing.faults import OutgoingFault
from robots.models import Robot
from robots.verifiers.oauth.access_tokens import read
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.robots.accounts.test_robot_list import exported
from tests.robots.verifiers.bad_tokens import corpus
from tests.robots.verifiers.oauth.asking import API, access_token, register

# Loopback, private and link-local, the metadata of clouds, and spellings of them.
INSIDE = (
    *("https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/", "https://192.168.1.1/"),
    *("https://169.254.169.254/", "https://[::ffff:127.0.0.1]/", "https://localhost/"),
    *("https://2130706433/", "https://0x7f.1/", "https://127.1/", "https://0/"),
    *("http://example.com/", "file:///etc/passwd", "gopher://example.com/"),
)
# Said before anything is sent: of the address, not of who answered there.
REFUSED = r"is not allowed|does not begin with https|is no |no address that could be found"


def test_what_people_typed_is_text_in_pages_and_headers(as_owner: Client, cast: Cast) -> None:
    """V1.2.1: markup in a description is shown as it was typed; no line of a header ends early."""
    Robot.objects.filter(pk=cast.robot.pk).update(description="</p><script>alert('1')</script>\"&")
    page = text(as_owner.get(cast.robot.get_absolute_url()))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt;&quot;&amp;" in page
    answer = as_owner.post("/theme/", {"theme": "dark", "next": "/help/\r\nSet-Cookie: a=b"})
    assert "a" not in answer.cookies
    assert not any(line in answer.get("Location", "") for line in "\r\n")


@pytest.mark.parametrize("typed", ["' OR '1'='1", '" OR 1=1 --', "%' OR '%'='", "a*) OR (b*", "_"])
def test_what_people_typed_is_no_part_of_a_statement(
    as_owner: Client, cast: Cast, typed: str
) -> None:
    """V1.2.4: what is searched for is looked for as it is, and finds nothing where it is in no name."""
    for path in ("robots/", "tokens/", "users/", "projects/", "audit-log/"):
        found = as_owner.get(f"/o/acme/{path}", {"q": typed, "sort": "name"})
        assert found.status_code == 200, path
    assert "deploy" in text(as_owner.get("/o/acme/robots/", {"q": "deploy"}))
    found = as_owner.get("/o/acme/robots/", {"q": typed})
    assert cast.robot.get_absolute_url() not in text(found)


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t"])
def test_no_cell_is_a_formula_or_ends_its_row(as_owner: Client, cast: Cast, begin: str) -> None:
    """V1.2.10: what begins like a formula has an apostrophe; quotes, commas and line ends stay inside."""
    typed = f'{begin}cmd|"a",b\r\nc'
    Robot.objects.filter(pk=cast.robot.pk).update(description=typed)
    row, other = exported(as_owner)
    assert row["description"] == f"'{typed}"
    assert other["level"] == "organization"


@pytest.mark.parametrize("url", INSIDE)
def test_an_address_that_somebody_typed_leads_nowhere_inside(url: str) -> None:
    """V1.3.6: whatever its spelling, it is refused before anything is sent."""
    with pytest.raises(OutgoingFault, match=REFUSED):
        GuardedClient("", None).get(url)


def test_what_is_said_twice_is_read_by_nobody(cast: Cast, as_owner: Client) -> None:
    """V1.5.3: one parser takes the first of two, another the last; so the API and tokens take neither."""
    register(cast, cast.organization)
    twice = '{"slug": "one", "name": "One", "slug": "two"}'
    answer = as_owner.post("/api/v1/organizations/", twice, "application/json")
    assert (answer.status_code, "more than once" in answer.json()["detail"]) == (400, True)
    bad = corpus(access_token(cast, audience=API), b"")
    for name in ("header twice", "claims twice"):
        assert read(bad[name]) is None
    parts = as_owner.post("/api/v1/organizations/", twice.encode("utf-16"), "application/json")
    assert parts.status_code == 400
    assert browser().get("/service/token?service=registry&service=other").status_code != 200
