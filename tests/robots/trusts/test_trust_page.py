"""The page of a trust: the rule, its use, how a job uses it, and its end."""

import pytest
from django.test import Client
from django.utils import timezone

from console.permissions.vocabulary import Permission
from robots.base.claim_conditions import Condition
from robots.models import Token, Trust, Usage
from robots.trusts.services import update_trust
from robots.usage import flush
from teams.grants.services import GrantSpec, give
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast, person
from tests.robots.trusts.foreign import Issuer, exchange, exchanged, trusting


def page_of(client: Client, trust: Trust) -> str:
    return text(client.get(trust.get_absolute_url()))


def test_the_rule_in_words(as_owner: Client, cast: Cast, signer: Issuer) -> None:
    pulling = frozenset({Permission.ARTIFACT_PULL})
    trust = trusting(cast, signer, lifetime_seconds=600, permissions=pulling)
    page = page_of(as_owner, trust)
    for words in (
        "https://ci.example.com",
        trust.audience,
        "EC, P-256, <code>one</code>",
        "sub = project:7",
        "The subject, as the issuer writes it",
        "10 minutes, and each token is taken once",
        "artifact:pull",
        "push artifacts",
        str(trust.uuid),
        "never used",
    ):
        assert words in page


def test_keys_that_are_the_issuers_are_not_asked_for_by_a_page(
    as_owner: Client, cast: Cast, signer: Issuer
) -> None:
    trust = trusting(cast, signer, keys="")
    assert "the issuer's own, which Roster asks for" in page_of(as_owner, trust)


def test_uses_and_refusals_stand_there(as_owner: Client, cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer)
    exchanged(signer.token(trust.audience))
    assert exchange(signer.token(trust.audience, sub="project:8")).status == 400
    flush.flush()
    page = as_owner.get(trust.get_absolute_url())
    assert "1 accepted and 1 refused in the last 30 days" in text(page)
    events = [line for line in texts_of(page, "li") if "the trust" in line or "the token" in line]
    assert "refused the token acme/payments/ci/ci · trust's conditions" in events[0]
    assert "logged in by the trust acme/payments/ci/ci · project:7" in events[1]
    assert "created the trust acme/payments/ci/ci" in events[2]
    assert f"/o/acme/audit-log/?token={trust.uuid}" in text(page)


def test_the_audit_log_finds_a_trust_by_its_id(
    as_owner: Client, cast: Cast, signer: Issuer
) -> None:
    trust = trusting(cast, signer)
    exchanged(signer.token(trust.audience))
    for query in ({"q": str(trust.uuid)}, {"token": str(trust.uuid)}):
        page = text(as_owner.get("/o/acme/audit-log/", query))
        assert "logged in by the trust" in page
        assert "created the trust" in page


def test_who_may_not_read_the_audit_log_sees_the_rule_and_no_events(
    cast: Cast, signer: Issuer
) -> None:
    trust = trusting(cast, signer)
    exchanged(signer.token(trust.audience))
    sees = frozenset({Permission.ROBOT_READ, Permission.TRUST_READ})
    spec = GrantSpec(cast.organization, cast.project, permissions=sees)
    give(actor=cast.owner, holder=cast.member, spec=spec)
    page = page_of(browser(cast.member), trust)
    assert "sub = project:7" in page
    assert "What happened" not in page


def test_a_projects_admin_reads_its_events_here_and_is_not_led_to_the_log(
    cast: Cast, signer: Issuer
) -> None:
    trust = trusting(cast, signer)
    admin = person(cast.organization, "member", "admin@example.com")
    spec = GrantSpec(cast.organization, cast.project, role="project:admin")
    give(actor=cast.owner, holder=admin, spec=spec)
    page = page_of(browser(admin), trust)
    assert "created the trust" in page
    assert "audit-log/?token" not in page


def test_a_month_of_use_is_counted(as_owner: Client, cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer)
    day = timezone.now().date()
    for outcome, count in (("accepted", 1200), ("token used before", 3)):
        Usage.objects.create(
            token=trust.token, day=day, verifier="registry", outcome=outcome, count=count
        )
    assert "1,200 accepted and 3 refused" in page_of(as_owner, trust)


def test_a_pod_is_the_one_that_the_trust_names(
    as_owner: Client, cast: Cast, signer: Issuer
) -> None:
    rule = Condition("sub", "system:serviceaccount:shop:deployer")
    trust = trusting(cast, signer, preset="kubernetes", conditions=[rule])
    [pod, _] = texts_of(as_owner.get(trust.get_absolute_url()), "pre")
    assert 'namespace: "shop"' in pod
    assert 'serviceAccountName: "deployer"' in pod


@pytest.mark.parametrize(("page", "is_disabled"), [("disable", True), ("enable", False)])
def test_it_is_switched(
    as_owner: Client, cast: Cast, signer: Issuer, page: str, is_disabled: bool
) -> None:
    trust = trusting(cast, signer)
    update_trust(actor=cast.owner, trust=trust, disabled=not is_disabled)
    answer = as_owner.post(trust.address(f"trust-{page}"), follow=True)
    assert f"Trust ci is {page}d." in text(answer)
    assert bool(Token.objects.get(pk=trust.token_id).disabled_at) is is_disabled
    assert (exchange(signer.token(trust.audience)).status == 400) is is_disabled


def test_deleting_tells_when_it_was_used_and_ends_it(
    as_owner: Client, cast: Cast, signer: Issuer
) -> None:
    trust = trusting(cast, signer)
    where = trust.address("trust-delete")
    assert "It was never used; this cannot be undone." in text(as_owner.get(where))
    exchanged(signer.token(trust.audience))
    flush.flush()
    page = text(as_owner.get(where, headers={"HX-Request": "true", "HX-Target": "dialog"}))
    assert "<html" not in page
    assert "Last used" in page
    assert "from 192.0.2.7" in page
    answer = as_owner.post(where, follow=True)
    assert "Trust ci deleted." in text(answer)
    assert "No trusts yet" in text(answer)
    assert as_owner.get(trust.get_absolute_url()).status_code == 404
    assert exchange(signer.token(trust.audience)).status == 400
