"""Every page outside organizations, among thousands of everything: small, and for as many queries."""

import pytest
from django.utils import timezone

from console.models import (
    Notice,
    NoticeReader,
    Organization,
    OutgoingMail,
    Service,
    Webhook,
)
from console.notices.kinds import TOKEN_ENDING
from robots.models import Token
from teams.models import Membership, User
from tests.addresses import ADDRESSES, WITH_OBJECT, acme, address_of
from tests.browsers import browser
from tests.conftest import Cast
from tests.many import MOST_BYTES
from tests.statuses import STATUSES
from tests.test_large_organization import MORE_QUERIES, asked

THOUSANDS, TOKENS, BROWSERS = 5000, 2000, 60
# A page of a list has a hundred rows, of tokens with all that can be done to each.
MOST_BYTES_OF_LIST = 250_000
OUTSIDE = [name for name in ADDRESSES if name not in WITH_OBJECT and name in STATUSES["GET"]]
# Who looks at what: an owner at what is everybody's own, an operator at the installation.
LOOKERS = {
    "owner": [name for name in OUTSIDE if STATUSES["GET"][name]["owner"] in {200, 302}],
    "operator": [name for name in OUTSIDE if STATUSES["GET"][name]["operator"] in {200, 302}],
}


def fill(looker: User) -> None:
    """Rows alone, without a service for each."""
    fill_people(looker)
    fill_notices(looker)
    fill_own(looker)
    fill_site()


def fill_site() -> None:
    organizations = list(Organization.objects.filter(slug__startswith="org-"))
    now = timezone.now()
    Webhook.objects.bulk_create(
        Webhook(
            organization=it, name="chat", url="https://chat.example.com/hook", failing_since=now
        )
        for it in organizations
    )
    Service.objects.bulk_create(
        Service(name=f"mirror-{n:04}", kind="registry", host=f"m{n:04}.example.com")
        for n in range(THOUSANDS)
    )
    OutgoingMail.objects.bulk_create(
        OutgoingMail(
            recipient=f"someone-{n:04}@example.com",
            subject="Token ends soon",
            root_number=1,
            due_at=now,
            attempts=n % 3,
        )
        for n in range(THOUSANDS)
    )


def fill_people(looker: User) -> None:
    """The looker is in as many organizations, and the only owner of most of them."""
    made = Organization.objects.bulk_create(
        Organization(slug=f"org-{n:04}", name=f"Organization {n:04}") for n in range(THOUSANDS)
    )
    people = User.objects.bulk_create(
        User(email=f"someone-{n:04}@example.com", name=f"Someone {n:04}") for n in range(THOUSANDS)
    )
    Membership.objects.bulk_create(
        Membership(organization=it, user=looker, role="owner" if n % 5 else "member")
        for n, it in enumerate(made)
    )
    Membership.objects.bulk_create(
        Membership(organization=it, user=people[n], role="member") for n, it in enumerate(made)
    )


def fill_notices(looker: User) -> None:
    made = Notice.objects.bulk_create(
        Notice(
            kind=TOKEN_ENDING.name,
            title=f"Token {n:04} ends soon",
            subject_kind="token",
            subject_label=f"token {n:04}",
            created_at=timezone.now(),
        )
        for n in range(THOUSANDS)
    )
    NoticeReader.objects.bulk_create(
        NoticeReader(notice=it, person_uuid=looker.uuid) for it in made
    )


def fill_own(looker: User) -> None:
    """Tokens of their own, and browsers in which they are signed in."""
    Token.objects.bulk_create(
        Token(user=looker, name=f"laptop-{n:04}", created_by=looker.email) for n in range(TOKENS)
    )
    for _ in range(BROWSERS):
        browser(looker)


@pytest.mark.parametrize("role", LOOKERS)
def test_no_page_grows_with_its_installation(
    furnished: Cast, role: str, subtests: pytest.Subtests
) -> None:
    looker: User = getattr(furnished, role)
    client, places = browser(looker, confirmed=True), acme(furnished)
    addresses = {name: address_of(name, places) for name in LOOKERS[role]}
    small = {name: asked(client, address) for name, address in addresses.items()}
    few = {name: len(queries) for name, (page, queries) in small.items() if page}
    assert len(few) > 20, sorted(few)
    fill(looker)
    for name, number in few.items():
        with subtests.test(name):
            page, queries = asked(client, addresses[name])
            most = MOST_BYTES if name in STATUSES["POST"] else MOST_BYTES_OF_LIST
            assert len(page) < most, f"{len(page)} characters"
            assert len(queries) <= number + MORE_QUERIES, "\n".join(queries[number:])
