"""Where else a trust is met: in searches, lists of robots, and before something ends."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from console.permissions.vocabulary import Permission
from robots.models import Token, TokenAddress, Trust
from robots.tokens.services.tokens import delete_token
from teams.grants.services import GrantSpec, give
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast
from tests.robots.trusts.foreign import Issuer, trusting

ROBOTS = "/o/acme/robots/"
PALE: dict[str, Any] = {"class": "entry-name"}


@pytest.fixture
def trust(cast: Cast, signer: Issuer) -> Trust:
    """The only way in of a robot: it has no tokens."""
    delete_token(actor=cast.owner, token=cast.token)
    return trusting(cast, signer, name="of-jobs")


def use(trust: Trust, address: str = "192.0.2.7") -> None:
    now = timezone.now()
    Token.objects.filter(pk=trust.token_id).update(last_used_at=now, last_used_address=address)
    TokenAddress.objects.create(
        token=trust.token, address=address, first_seen_at=now, last_seen_at=now
    )


def found(client: Client, query: str) -> list[str]:
    return texts_of(client.get(ROBOTS, {"q": query}), "a", **PALE)


def without(cast: Cast, permission: Permission) -> Client:
    """Somebody who may see all but that."""
    reads = frozenset(name for name in Permission if name.endswith(":read")) - {permission}
    spec = GrantSpec(cast.organization, cast.project, permissions=reads)
    give(actor=cast.owner, holder=cast.member, spec=spec)
    return browser(cast.member)


def test_what_one_holds_of_a_trust_finds_its_robot(as_owner: Client, trust: Trust) -> None:
    use(trust)
    for text_ in (str(trust.uuid), str(trust.uuid).upper(), "of-jobs", "192.0.2.7", "192.0.2.0/24"):
        assert found(as_owner, text_) == ["ci"], text_


def test_a_trust_leads_nobody_who_may_not_see_trusts(cast: Cast, trust: Trust) -> None:
    use(trust)
    client = without(cast, Permission.TRUST_READ)
    for text_ in (str(trust.uuid), "of-jobs", "192.0.2.7", "192.0.2.0/24"):
        assert found(client, text_) == [], text_


def test_who_may_see_trusts_alone_is_led_by_trusts_alone(cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer, name="of-jobs")
    client = without(cast, Permission.TOKEN_READ)
    assert found(client, "of-jobs") == found(client, str(trust.uuid)) == ["ci"]
    assert found(client, "nightly") == found(client, str(cast.token.uuid)) == []


def test_a_robot_without_tokens_reads_as_one_that_logs_in(
    as_owner: Client, cast: Cast, trust: Trust
) -> None:
    assert "<span>1 trust</span>" in text(as_owner.get(ROBOTS))
    page = text(as_owner.get(cast.robot.get_absolute_url()))
    assert "It logs in by 1 trust, without any secret." in page


def test_the_checklist_takes_a_trust_for_a_way_in(as_owner: Client, trust: Trust) -> None:
    steps = texts_of(as_owner.get("/o/acme/"), "li")
    [step] = [it for it in steps if "Create a token or add a trust" in it]
    assert "A token is shown once" not in step


def test_an_address_in_activity_leads_to_the_trust(
    as_owner: Client, cast: Cast, trust: Trust
) -> None:
    use(trust)
    where = f"{cast.robot.get_absolute_url()}activity/"
    page = text(as_owner.get(where))
    assert f'<a href="{trust.get_absolute_url()}">of-jobs</a>' in page
    assert "new address" not in page
    assert as_owner.get(trust.get_absolute_url()).status_code == 200
    unseen = text(without(cast, Permission.TRUST_READ).get(where))
    assert "192.0.2.7" not in unseen
    assert trust.get_absolute_url() not in unseen


def test_who_can_reach_a_repository_stands_there_with_its_trust(
    as_owner: Client, cast: Cast, trust: Trust
) -> None:
    assert "trust of-jobs" in texts_of(
        as_owner.get(f"{cast.repository.get_absolute_url()}reach/"), "span"
    )


def test_before_a_robot_ends_its_trusts_are_named(cast: Cast, trust: Trust) -> None:
    client = browser(cast.owner, confirmed=True)
    where = f"{cast.robot.get_absolute_url()}deletion/"
    page = text(client.get(where))
    assert "None of its tokens and trusts was used" in page
    assert "trust <strong>of-jobs</strong>, never used" in page
    use(trust)
    page = text(client.get(where))
    assert "1 of its tokens and trusts was used in the last 30 days" in page
    assert "trust <strong>of-jobs</strong>, <time" in page


def test_before_several_robots_end_their_trusts_are_counted(cast: Cast, trust: Trust) -> None:
    client = browser(cast.owner, confirmed=True)
    robots = [str(cast.robot.uuid), str(cast.organization_robot.uuid)]
    page = text(client.post(f"{ROBOTS}deletion/", {"robot": robots}))
    assert "0 tokens and 1 trust, none used in the last 30 days." in page
    assert "0 tokens, none used" in page
    use(trust)
    page = text(client.post(f"{ROBOTS}deletion/", {"robot": robots}))
    assert "0 tokens and 1 trust, 1 used in the last 30 days: of-jobs just now" in page


def test_before_a_project_ends_its_trusts_are_counted(cast: Cast, trust: Trust) -> None:
    client = browser(cast.owner, confirmed=True)
    where = "/o/acme/projects/payments/deletion/"
    assert "with 0 tokens and 1 trust" in text(client.get(where))
    use(trust)
    page = text(client.get(where))
    assert "1 token or trust of its robot accounts was used in the last 30 days" in page
