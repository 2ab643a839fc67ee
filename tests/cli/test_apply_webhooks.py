"""An organization's webhooks in its file: never a secret, and never the site's."""

import pytest
import yaml

from console.models import Webhook
from console.permissions.vocabulary import CONTROL_PERMISSIONS, Permission
from console.webhooks.services.webhooks import create_webhook, stop_webhook
from teams.grants.services import GrantSpec, give
from tests.actors import events_written
from tests.cli.conftest import As
from tests.cli.files import NOTHING, apply, diff, refused, write
from tests.cli.shells import Shell
from tests.conftest import Cast
from tests.factories import MembershipFactory

URL = "https://hooks.example.com/roster"
SHOWN, OTHER = "https://hooks.example.com/…", "https://other.example.com/…"
FULL = f"""\
webhooks:
  - name: chat
    description: Tells the chat.
    url: {URL}
    kinds: [token.leaked, robot.created]
"""
OFF = FULL + "    disabled: true\n"
WITHOUT = "webhooks: []"


@pytest.fixture
def limited(as_: As, cast: Cast) -> Shell:
    """Somebody who may do all in Roster but change the organization, and so sees no webhooks."""
    rights = CONTROL_PERMISSIONS - {Permission.ORGANIZATION_UPDATE}
    spec = GrantSpec(cast.organization, permissions=rights)
    give(actor=cast.owner, holder=cast.member, spec=spec)
    return as_(cast.member)


@pytest.fixture
def operator(as_: As, cast: Cast) -> Shell:
    """An owner who might change the webhooks of the site as well."""
    MembershipFactory(organization=cast.organization, user=cast.operator, role="owner")
    return as_(cast.operator)


def of_site(cast: Cast) -> Webhook:
    """One of the site that has the name of the organization's own."""
    return create_webhook(
        actor=cast.operator, organization=None, name="chat", url=URL, kinds=["mail.given-up"]
    ).webhook


def own() -> Webhook:
    return Webhook.objects.get(organization__slug="acme")


def test_it_is_made_and_applied_twice_nothing_changes(roster: Shell) -> None:
    assert diff(roster, FULL) == ["+ webhook chat", "1 to create."]
    assert apply(roster, FULL).splitlines()[-1] == "webhook chat created"
    made = own()
    assert (made.url, made.description, made.is_active) == (URL, "Tells the chat.", True)
    assert made.kinds == ["robot.created", "token.leaked"]
    with events_written() as events:
        assert apply(roster, FULL) == NOTHING
    assert not events


def test_a_new_one_says_how_to_get_a_secret_and_that_works(roster: Shell) -> None:
    write(roster, FULL)
    ran = roster("apply", "-f", "acme.yaml", "--yes")
    assert "whsec_" not in ran.out + ran.err
    assert "its secret was shown to nobody" in ran.err
    command = ran.err.partition("`roster ")[2].partition("`")[0]
    assert command == "-a acme webhook secret create chat FILE --overlap now"
    roster.good(*command.replace("FILE", "secret.txt").split())
    assert (roster.home / "secret.txt").read_text().startswith("whsec_")
    assert own().secrets.live().count() == 1


def test_changes_and_what_the_file_does_not_name_stays(roster: Shell) -> None:
    apply(roster, FULL)
    changed = "webhooks: [{name: chat, kinds: [everything, robot.created], disabled: true}]"
    assert diff(roster, changed) == [
        (
            '~ webhook chat: kinds ["robot.created", "token.leaked"] → ["everything"],'
            " disabled false → true"
        ),
        "1 to change.",
    ]
    with events_written() as events:
        apply(roster, changed)
    assert [event.action for event in events] == ["webhook:updated"]
    assert (own().kinds, own().state, own().url) == (["everything"], "Disabled", URL)
    assert apply(roster, changed) == NOTHING
    assert apply(roster, "webhooks: [{name: chat}]") == NOTHING


def test_what_follows_the_host_of_an_address_is_printed_nowhere(roster: Shell) -> None:
    secret = "https://hooks.example.com/services/T1/s3cret-old"
    apply(roster, FULL.replace(URL, secret))
    for url, words in (
        ("https://hooks.example.com/services/T1/s3cret-new", f"{SHOWN} → {SHOWN} (changed)"),
        ("https://other.example.com?s3cret-new", f"{SHOWN} → {SHOWN.replace('hooks', 'other')}"),
    ):
        changed = FULL.replace(URL, url)
        shown = words.replace(SHOWN, f'"{SHOWN}"').replace(OTHER, f'"{OTHER}"')
        assert diff(roster, changed) == [f"~ webhook chat: url {shown}", "1 to change."]
        data = roster("diff", "-f", "acme.yaml", "--format", "json")
        ran = roster("apply", "-f", "acme.yaml", "--yes")
        assert "s3cret" not in f"{data.out}{data.err}{ran.out}{ran.err}"
        assert own().url == url


def test_kinds_of_the_audit_log_take_the_permission_to_read_it(as_: As, cast: Cast) -> None:
    rights = CONTROL_PERMISSIONS - {Permission.EVENT_READ}
    spec = GrantSpec(cast.organization, permissions=rights)
    give(actor=cast.owner, holder=cast.member, spec=spec)
    shell = as_(cast.member)
    write(shell, FULL)
    ran = shell("apply", "-f", "acme.yaml", "--yes")
    assert ran.code != 0
    assert "event:read" in ran.err
    assert not Webhook.objects.exists()
    apply(shell, FULL.replace(", robot.created", ""))
    assert own().kinds == ["token.leaked"]


def test_one_may_begin_disabled(roster: Shell) -> None:
    apply(roster, OFF)
    assert own().state == "Disabled"
    assert apply(roster, OFF) == NOTHING


def test_export_gives_it_back_without_secrets(roster: Shell, cast: Cast) -> None:
    of_site(cast)
    apply(roster, FULL)
    text = roster.good("export")
    entry = {
        "name": "chat",
        "description": "Tells the chat.",
        "url": URL,
        "kinds": ["robot.created", "token.leaked"],
    }
    assert yaml.safe_load(text)["webhooks"] == [entry]
    assert apply(roster, text) == NOTHING
    assert "whsec_" not in text
    stop_webhook(webhook=own(), why=Webhook.Stop.GONE)
    (found,) = yaml.safe_load(roster.good("export"))["webhooks"]
    assert found == entry | {"disabled": True}


def test_prune_ends_what_it_made_and_nothing_else(operator: Shell, cast: Cast) -> None:
    of_the_site = of_site(cast)
    by_hand = create_webhook(
        actor=cast.owner,
        organization=cast.organization,
        name="pager",
        url=URL,
        kinds=["token.leaked"],
    ).webhook
    apply(operator, FULL)
    assert diff(operator, WITHOUT, "--prune") == ["- webhook chat", "1 to delete."]
    apply(operator, WITHOUT, "--prune")
    assert [*Webhook.objects.order_by("id")] == [of_the_site, by_hand]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{name: chat, kinds: [token.leaked]}", "url is missing"),
        (f"{{name: chat, url: '{URL}'}}", "kinds is missing"),
        (f"{{name: chat, url: '{URL}', kinds: []}}", "kinds has to name at least one"),
        (f"{{name: chat, url: '{URL}', kinds: token.leaked}}", "kinds has to be a list of words"),
        ("{name: chat, url: 'http://x.example', kinds: [a]}", "url does not begin with https://"),
        (f"{{name: No Name, url: '{URL}', kinds: [a]}}", "'No Name' is no name"),
        (f"{{name: chat, url: '{URL}', kinds: [a], secret: whsec_x}}", "unknown field secret"),
    ],
)
def test_mistakes_are_told_before_anything_changes(roster: Shell, entry: str, words: str) -> None:
    with events_written() as events:
        assert words in refused(roster, f"projects: [{{slug: new-one}}]\nwebhooks: [{entry}]").error
    assert not events


def test_a_kind_that_there_is_not_is_refused_by_the_server(roster: Shell) -> None:
    body = f"webhooks: [{{name: chat, url: '{URL}', kinds: [token.sung]}}]"
    assert "There is no kind token.sung" in refused(roster, body).err
    assert not Webhook.objects.exists()


def test_whoever_may_not_see_them_applies_and_exports_the_rest(limited: Shell, cast: Cast) -> None:
    create_webhook(
        actor=cast.owner, organization=cast.organization, name="chat", url=URL, kinds=["everything"]
    )
    ran = limited("export")
    assert (ran.code, "webhooks" in yaml.safe_load(ran.out)) == (0, False)
    assert "left out are webhooks" in ran.err
    assert "created" in apply(limited, "projects: [{slug: new-one}]", "--prune")
    assert "you may not see webhooks" in refused(limited, FULL).error
