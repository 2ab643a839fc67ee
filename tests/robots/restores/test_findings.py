"""What each service takes away and an older backup brings back: found from its event, and ended."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from console.audit.sentences import SENTENCES
from console.models import Session
from console.services.services import create_service_secret, update_service
from robots.accounts.services.robots import (
    delete_robot,
    disable_robot,
    enable_robot,
)
from robots.accounts.services.teams import add_team_robots, remove_team_robot
from robots.policies.services import PolicyAt, change_policy
from robots.restores.examination import CLAIMS
from robots.tokens.services.expiry import change_token_expiry
from robots.tokens.services.tokens import create_personal_token, delete_token
from teams.members.services import remove_member
from teams.teams.services import update_team
from teams.users.services import note_about_account, set_password
from tests.actors import events_written
from tests.browsers import browser
from tests.conftest import Cast
from tests.robots.restores.lost import end_all, lost, said, settled
from tests.services.row import Row
from tests.services.table import ROWS
from tests.snapshots import undone
from tests.stage import Stage, soon

TAKEN = """
change_grant                grant: gave less; all of it is taken back
take                        grant: was taken back
resend_invitation           invitation: an older link works again
withdraw_invitation         invitation: was withdrawn
accept_invitation           invitation: had been accepted
join                        invitation: had been accepted
change_member_role          member: was an owner no longer
remove_member               member: was removed or had left
leave                       member: was removed or had left
remove_team_member          member of a team: was removed or had left
leave_team                  member of a team: was removed or had left
change_sign_in_rules        sign-in rules: asked more of people
delete_team                 team: was deleted
update_team                 team: was made secret
delete_role                 role: was deleted
delete_service              service: was deleted
update_service              service: let personal tokens do less
create_service_secret       service secret: had been replaced
update_webhook              webhook: was switched off
create_webhook_secret       webhook secret: had been replaced
delete_webhook              webhook: was deleted
delete_project              project: was deleted, with its robot accounts
delete_repository           repository: was deleted
delete_robot                robot account: was deleted
disable_robot               robot account: was disabled
extend_robot                robot account: was to end
change_robot_addresses      robot account: was limited to other addresses
remove_team_robot           robot in a team: was taken out
rotate_token                secret: had been replaced or ended
refresh_token               secret: had been replaced or ended
end_secret                  secret: had been replaced or ended
withdraw_link               one-time link: had been opened or withdrawn
disable_token               token: was disabled
update_token                token: was disabled
change_token_expiry         token: was to end
change_token_addresses      token: was limited to other addresses
delete_token                token: was deleted
update_trust                trust: was disabled
delete_trust                trust: was deleted
"""
EXPECTED = dict(line.split(maxsplit=1) for line in TAKEN.strip().splitlines())
# What gives, tells or shows, and takes nothing away.
TAKES_NOTHING = """
audit-log:exported audit-log:purged grant:created grant:ended handover:created handover:reopened
invitation:link-shown member:invited organization:created organization:transferred organization:updated
project:created
project:updated repository:created repository:registered robot:created role:created scanning-key:added
scanning-partner:created secret:leaked service:created session:all-ended
signing-key:current signing-key:gone signing-key:next site:restore-noticed site:restored
team:created team:members-added
token-view:saved token-view:removed token:created token:new-address token:refused trust:created trust:used
job:asked-for mail:retried user:created user:link-sent user:link-shown user:locked-out user:password-ended
maintenance:begun maintenance:changed maintenance:ended
user:sign-in-failed user:signed-in user:updated
need:acknowledged need:given need:muted need:reopened
sign-in-rules:reminded user:factor-added user:passkey-renamed user:recovery-code-used
notices:chosen webhook:created webhook:sent-again webhook:tested
"""


def test_every_action_claims_something_or_takes_nothing_away() -> None:
    assert not CLAIMS.keys() & {*TAKES_NOTHING.split()}
    assert CLAIMS.keys() | {*TAKES_NOTHING.split()} == SENTENCES.keys()


def ended_again(row: Row, stage: Stage) -> str:
    """What the service had taken away, in words; it is ended again, with one event."""
    actor = row.actor(stage) if row.actor else stage.owner
    lines = lost(partial(row.call, actor, stage))
    words = said(lines)
    with events_written() as events:
        assert end_all(lines) == []
    assert said(lines) == []
    assert [event.actor_label for event in events] == ["restore check"] * len(words)
    return " ".join(words)


def test_what_a_service_took_away_is_found_and_ended(
    furnished: Cast, subtests: pytest.Subtests
) -> None:
    seen: dict[str, str] = {}
    for service, row in ROWS.items():
        with subtests.test(service.__name__), undone():
            words = ended_again(row, Stage(furnished))
            if words:
                seen[service.__name__] = words
    assert seen.keys() == EXPECTED.keys()
    assert all(seen[name].startswith(words) for name, words in EXPECTED.items())


def test_what_was_given_back_since_is_left_alone(stage: Stage) -> None:
    def change() -> None:
        disable_robot(actor=stage.owner, robot=stage.robot)
        enable_robot(actor=stage.owner, robot=stage.robot)
        remove_team_robot(actor=stage.owner, team=stage.team, robot=stage.in_team)
        add_team_robots(actor=stage.owner, team=stage.team, robots=[stage.in_team])

    assert said(lost(change)) == []


def test_the_deletion_of_a_robot_ends_its_tokens_with_it(stage: Stage) -> None:
    def change() -> None:
        delete_token(actor=stage.owner, token=stage.token)
        delete_robot(actor=stage.owner, robot=stage.robot)

    lines = lost(change)
    settled(lines, "robot account: was deleted", "token: was deleted")
    stage.token.refresh_from_db()
    assert stage.token.revoked_at


def test_a_team_that_was_made_secret_is_secret_again(stage: Stage) -> None:
    update_team(actor=stage.owner, team=stage.team, secret=False)
    lines = lost(lambda: update_team(actor=stage.owner, team=stage.team, secret=True))
    settled(lines, "team: was made secret")


@pytest.mark.parametrize("of_project", [False, True])
def test_a_policy_that_allowed_less_allows_less_again_and_blocks(
    stage: Stage, of_project: bool
) -> None:
    policy = PolicyAt(stage.organization, stage.project if of_project else None)

    def change() -> None:
        change_policy(
            actor=stage.owner,
            policy=policy,
            maximum_days=30,
            default_days=30,
            never_allowed=False,
        )

    lines = lost(change)
    words = said(lines)
    assert words[0] == "token policy: allowed less"
    assert {*words[1:]} == {"token: was blocked by the token policy"}
    assert end_all(lines) == []
    assert said(lines) == []
    stage.token.refresh_from_db()
    assert stage.token.blocked_at


def test_a_service_that_saw_networks_again_sees_them(stage: Stage) -> None:
    """It had been exempt from lists of addresses when the backup was made."""
    update_service(actor=stage.owner, service=stage.resource, exempt_from_addresses=True)
    change = partial(
        update_service, actor=stage.owner, service=stage.resource, exempt_from_addresses=False
    )
    settled(lost(change), "service: refused tokens that are limited to networks")
    stage.resource.refresh_from_db()
    assert not stage.resource.exempt_from_addresses


@pytest.mark.parametrize("hours", [0, 24])
def test_a_services_secret_ends_when_it_was_to_end(stage: Stage, hours: int) -> None:
    old, before = stage.resource.secrets.get(), timezone.now()
    overlap = timedelta(hours=hours)
    change = partial(
        create_service_secret, actor=stage.owner, service=stage.resource, overlap=overlap
    )
    settled(lost(change), "service secret: had been replaced")
    old.refresh_from_db()
    assert old.ends_at
    assert overlap <= old.ends_at - before < overlap + timedelta(hours=1)


def test_a_personal_token_that_was_deleted_is_deleted_again(stage: Stage) -> None:
    token = create_personal_token(actor=stage.person, name="laptop", kind="compact").token
    settled(lost(lambda: delete_token(actor=stage.person, token=token)), "token: was deleted")


def test_an_end_that_has_come_meanwhile_disables_the_token(stage: Stage) -> None:
    lines = lost(
        lambda: change_token_expiry(actor=stage.owner, token=stage.token, expires_at=soon())
    )
    with time_machine.travel(timezone.now() + timedelta(days=40)):
        assert end_all(lines) == []
    stage.token.refresh_from_db()
    assert stage.token.disabled_at


def test_an_older_password_opens_nothing_until_another_is_set(stage: Stage) -> None:
    lines = lost(
        lambda: set_password(actor=stage.person, user=stage.person, password="Another phrase, 7.")
    )
    settled(lines, "password: was changed; the older one works")
    stage.person.refresh_from_db()
    assert not stage.person.has_usable_password()
    set_password(actor=stage.person, user=stage.person, password="And one more phrase, 8.")
    assert said(lines) == []


def test_browsers_that_had_signed_out_are_signed_out(stage: Stage) -> None:
    client = browser(stage.person)
    lines = lost(lambda: note_about_account(stage.person, "user:signed-out"))
    assert said(lines) == ["sessions: some had signed out"]
    assert end_all(lines) == []
    assert not Session.objects.exists()
    assert client.get("/account/").status_code == 302
    browser(stage.person)
    assert said(lines) == []


def test_the_last_owner_is_not_removed(stage: Stage) -> None:
    stage.second_owner.delete()
    other = stage.organization.memberships.get(user=stage.outsider)
    first = stage.organization.memberships.get(role="owner")

    def change() -> None:
        other.role = "owner"
        other.save()
        remove_member(actor=stage.outsider, membership=first)

    lines = lost(change)
    assert [each[:44] for each in end_all(lines)] == [
        "The organization needs at least one owner. M"
    ]


def test_what_cannot_be_verified_is_said_and_not_ended(stage: Stage) -> None:
    def change() -> None:
        disable_robot(actor=stage.owner, robot=stage.spare)
        disable_robot(actor=stage.owner, robot=stage.robot)

    lines = lost(change)[-1:]
    assert said(lines) == ["robot account: was disabled"]
    assert end_all(lines) == ["the event could not be verified."]
    stage.robot.refresh_from_db()
    assert stage.robot.disabled_at is None
