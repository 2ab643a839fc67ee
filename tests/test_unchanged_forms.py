"""Opening a form and saving it as it stands changes nothing and leaves no event."""

from dataclasses import asdict

import pytest
from django.test import Client

from robots.base.policy import Policy
from robots.policies.services import PolicyAt, change_policy
from tests.actors import events_written
from tests.addresses import acme, address_of
from tests.api.updates import FIELDS, changeables, changed
from tests.browsers import browser
from tests.conftest import Cast
from tests.forms.table import FORMS
from tests.snapshots import rows
from tests.unchanged import SentForm, form_to

# Forms that show what is there and save it; where another page shows it, that page.
EDITS = dict.fromkeys(
    [
        "console:organization-settings",
        "console:repository",
        "console:service",
        "console:site-service",
        "console:webhook",
        "console:site-webhook",
        "console:notice-settings",
        "console:own-notice-settings",
        "robots:project-settings",
        "robots:project-member",
        "robots:role-settings",
        "robots:repository-permissions",
        "robots:robot-settings",
        "robots:robot-addresses",
        "robots:token-addresses",
        "robots:token-expiry",
        "robots:trust-edit",
        "robots:personal-token-addresses",
        "robots:personal-token-expiry",
        "teams:member-role",
        "teams:my-account",
        "teams:team-member-role",
        "teams:team-settings",
    ],
    "",
) | {
    "robots:policy-change": "robots:policy",
    "teams:sign-in-rules-change": "teams:sign-in-rules",
    "robots:robot-networks-change": "robots:robot-networks",
    "robots:project-policy-change": "robots:project-policy",
}
SWITCHES = [
    "robots:robots-disable",
    "robots:robots-enable",
    "robots:robot-disable",
    "robots:robot-enable",
    "robots:tokens-disable",
    "robots:tokens-enable",
    "robots:token-disable",
    "robots:token-enable",
    "robots:robot-addresses-enforce",
    "robots:token-addresses-enforce",
    "robots:personal-token-addresses-enforce",
    "teams:person-disable",
    "teams:person-enable",
    "robots:trust-disable",
    "robots:trust-enable",
    "robots:personal-token-disable",
    "robots:personal-token-enable",
]
# Forms that show nothing of what is there to be saved again, by what they do instead.
OTHERS = {
    "make something": """
        console:project-create console:repository-create console:service-create
        console:site-service-create console:partner-create console:partner-key-create
        console:webhook-create console:webhook-test
        console:site-webhook-create console:site-webhook-test
        teams:organization-create
        teams:invitation-accept teams:invitation-create teams:invitation-upload
        teams:team-create teams:team-member-add
        robots:team-access-add robots:robot-access-add robots:member-access-add
        robots:repository-access-add robots:project-access-add
        robots:team-robot-add robots:role-create robots:role-copy
        robots:builtin-role-copy robots:role-token-create robots:builtin-role-token-create
        robots:project-member-create robots:robot-create robots:robot-token-create robots:robot-copy
        robots:token-create robots:trust-create
        robots:personal-token-create robots:handover-open robots:token-view-create
        robots:need-answer robots:project-need-answer
        """,
    "end something": """
        console:service-delete console:site-service-delete console:partner-delete
        console:partner-key-delete console:webhook-delete console:site-webhook-delete teams:person-sessions
        teams:invitation-withdraw teams:member-remove teams:member-leave teams:team-member-remove
        teams:team-leave teams:team-grant-delete robots:team-robot-remove robots:team-delete
        robots:role-delete robots:project-member-delete robots:project-delete
        robots:organization-delete robots:account-delete teams:organization-transfer
        robots:robot-narrow
        robots:repository-delete robots:robots-delete robots:robot-delete robots:secret-end
        robots:handover-withdraw robots:token-delete robots:personal-secret-end
        robots:personal-token-delete robots:trust-delete robots:tokens-delete robots:need-reopen
        robots:token-view-delete robots:project-need-reopen
        """,
    "make a new secret or letter each time": """
        console:service-secret-create console:site-service-secret-create
        console:webhook-secret-create console:webhook-delivery-repeat
        console:site-webhook-secret-create console:site-webhook-delivery-repeat
        teams:invitation-resend robots:robot-refresh robots:token-rotate robots:token-refresh
        robots:personal-token-rotate robots:personal-token-refresh robots:robots-refresh
        robots:tokens-hand-over robots:departure-rotate teams:person-link
        """,
    "choose an end counted from now": "robots:robot-extend robots:robots-extend robots:tokens-extend",
    "keep a cookie, search, or give something to take away": """
        console:theme robots:search robots:search-everywhere robots:event-token
        console:event-export robots:token-download robots:trust-trial robots:trusts-trial
        """,
    "set something going": """
        console:job-run console:letter-retry console:letters-retry teams:sign-in-rules-remind
        """,
    "mark what is read": "console:notice-read console:notices-read",
    "lead to the page of one robot": "robots:robots-edit robots:robots-copy",
}
POLICIES = {"robots-api:policy", "robots-api:project-policy"}


def test_every_form_edits_or_does_something_else() -> None:
    others = [*SWITCHES, *" ".join(OTHERS.values()).split()]
    assert sorted({form.name for form in FORMS}) == sorted([*EDITS, *others])


def fill(cast: Cast, names: set[str]) -> None:
    """Nothing is as it was made: every field has a value."""
    for name, resource in changeables(cast).items():
        if name in names:
            resource.patch(resource.first)


def opened(client: Client, name: str, places: dict[str, object]) -> SentForm:
    """The form as it stands on its page; of a preview, the form that confirms it."""
    address, shown = address_of(name, places), EDITS[name]
    page = client.get(address_of(shown or name, places))
    assert page.status_code == 200
    if shown:
        page = client.get(address, form_to(page, "get", address).data)
        assert "these are the rules that hold now" in page.content.decode()
    form = form_to(page, "post", address)
    assert form.data.keys() - {"csrfmiddlewaretoken"}
    return form


def whoever_may(furnished: Cast, name: str) -> Client:
    who = furnished.operator if ":site-" in name else furnished.owner
    return browser(who, confirmed=True)


@pytest.mark.parametrize("filled", [False, True])
@pytest.mark.parametrize("name", EDITS)
def test_saving_what_is_there_changes_nothing(furnished: Cast, name: str, filled: bool) -> None:
    if filled:
        # A policy would block what the other forms are about.
        fill(furnished, POLICIES if "policy" in name else FIELDS.keys() - POLICIES)
    client, places = whoever_may(furnished, name), acme(furnished)
    form, before = opened(client, name, places), rows()
    with events_written() as events:
        assert client.post(address_of(name, places), form.data).status_code == 302
    assert [event.action for event in events] == []
    assert not changed(before, rows())


@pytest.mark.parametrize("name", EDITS)
def test_a_field_that_did_not_come_stays_as_it_is(furnished: Cast, name: str) -> None:
    fill(furnished, POLICIES if "policy" in name else FIELDS.keys() - POLICIES)
    client, places = whoever_may(furnished, name), acme(furnished)
    form, before = opened(client, name, places), rows()
    for missing in form.data.keys() - form.ticked:
        data = {field: value for field, value in form.data.items() if field != missing}
        client.post(address_of(name, places), data)
        assert not changed(before, rows()), missing


@pytest.mark.parametrize("has_own", [False, True])
def test_a_projects_policy_stays_as_it_is_under_one_that_became_narrower(
    furnished: Cast, has_own: bool
) -> None:
    resource = changeables(furnished)["robots-api:project-policy"]
    owner, organization, project = furnished.owner, furnished.organization, furnished.project
    if has_own:
        change_policy(actor=owner, policy=PolicyAt(organization, project), default_days=30)
    narrow = Policy(5, 9, never_allowed=False, own_secrets_allowed=False)
    change_policy(actor=owner, policy=PolicyAt(organization), **asdict(narrow))
    client, places = browser(owner), acme(furnished)
    form, before = opened(client, "robots:project-policy-change", places), rows()
    with events_written() as events:
        client.post(address_of("robots:project-policy-change", places), form.data)
    assert not events
    assert not changed(before, rows())
    shown = resource.get()
    assert not shown["never_allowed"]
    assert not shown["own_secrets_allowed"]
    assert resource.patch({"unused_days": 45}) == shown | {"unused_days": 45}


@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_to_where_it_is_leaves_no_event(furnished: Cast, name: str) -> None:
    page = next(form for form in FORMS if form.name == name).opened(furnished)
    assert page.send().status_code < 400
    before = rows()
    with events_written() as events:
        assert page.send().status_code < 400
    assert [event.action for event in events] == []
    assert not changed(before, rows())
