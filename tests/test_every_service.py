"""Every service: one change, one event with the right actor and object; refused, nothing at all."""

import inspect
import pkgutil
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

import console
import robots
import teams
from console.permissions.decision import MissingPermission
from console.permissions.vocabulary import Permission
from robots.accounts.services.robots import disable_robot, enable_robot
from tests.actors import events_written, holder
from tests.conftest import Cast
from tests.services.row import Row
from tests.services.table import ROWS
from tests.snapshots import rows, undone
from tests.stage import Stage

# What has no row, and why.
OTHERS = {
    "create_organization": "an event in two chains; tests/teams/users/test_services.py",
    "delete_organization": "an event in two chains; tests/robots/access/test_organization_delete.py",
    "end_organization": "the same for an operator; tests/robots/management/test_delete_organization.py",
    "transfer_organization": "an event for each of the two as well; tests/teams/transfers",
    "narrow_robot": "an event for each grant; tests/robots/access/test_narrowing.py",
    "register_repository": "asks nothing: a registry's word; tests/robots/artifacts/test_registering.py",
    "end_password": "an operator's, of the site; tests/robots/restores/test_findings.py",
    "accept_older_database": "an operator's, of the site; tests/console/audit/test_older_database.py",
    "create_first_owner": "there is nobody yet; tests/teams/users/test_services.py",
    "invite_listed": "the same of a list; tests/teams/invitations/test_inviting_from_a_list.py",
    "invite_people": "`invite` for each; tests/teams/invitations/test_inviting_people.py",
    **dict.fromkeys(
        ("delete_account", "end_account"),
        "an event for each organization; tests/robots/departures/test_account_delete.py",
    ),
    "set_password": "asks nothing: its page and link do; tests/teams/sign_in/test_passwords.py",
    "create_invited_user": "an account, then `accept_invitation`; tests/teams/members/test_invitation.py",
    **dict.fromkeys(
        ("end_session", "end_sessions"),
        "one's own or an operator's; tests/teams/sign_in/test_session_pages.py",
    ),
    **dict.fromkeys(
        ("add_app", "add_passkey", "rename_passkey", "remove_factor", "renew_recovery_codes"),
        "one's own; tests/teams/sign_in",
    ),
    "remind": "letters and an event; tests/teams/sign_in_rules/test_announcing.py",
    "lift_sign_in_rules": "an operator's; tests/teams/sign_in_rules/test_people_networks.py",
    "note_where": "what a sign-in leaves; tests/teams/sign_in/test_new_sign_ins.py",
    **dict.fromkeys(("take_code", "take_challenge"), "what signs in; tests/races/test_factors.py"),
    "note_about_account": "records what django-allauth changed; tests/teams/sign_in/test_sign_in.py",
    "open_link": "by whoever opened it; tests/robots/tokens/test_handover.py",
    "report_leaked_secret": "by nobody who is known; tests/robots/verifiers/leaks",
    "report_leaked_access_token": "by nobody who is known; tests/robots/verifiers/leaks",
    "report_leaked_service_secret": "by nobody who is known; tests/robots/verifiers/leaks",
    **dict.fromkeys(
        ("create_partner", "delete_partner", "add_key", "remove_key"),
        "an operator's, of the site; tests/console/scanning/test_partner_services.py",
    ),
    **dict.fromkeys(
        ("ask_for_job", "retry_letter", "retry_letters"),
        "an operator's, of the site; tests/console/health/test_operator_pages.py",
    ),
    **dict.fromkeys(
        (
            *("disable_person", "enable_person", "end_sessions", "send_password_link"),
            *("promote_person", "demote_person"),
        ),
        "an operator's, of the site; tests/teams/users/test_people_pages.py",
    ),
    **dict.fromkeys(
        ("begin_maintenance", "end_maintenance"),
        "an operator's, of the site; tests/console/maintenance/test_maintenance.py",
    ),
    "take_keys": "an event for each key; tests/console/scanning/test_scanning_partners.py",
    "create_robot_with_token": "an event for each of the two; tests/robots/creation",
    "stop_webhook": "by Roster itself; tests/console/webhooks/test_sending.py",
    "report_second_opening": "by nobody who is known; tests/robots/tokens/test_handover_endings.py",
}


def services() -> dict[str, Callable[..., Any]]:
    """Every public function of a `services` module that names its actor or opens a change."""
    modules = [
        import_module(found.name)
        for package in (console, teams, robots)
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if "services" in found.name.split(".")
    ]
    found = {
        name: own for module in modules for name, own in vars(module).items() if is_own(own, module)
    }
    return {name: own for name, own in found.items() if is_service(own)}


def is_service(function: Callable[..., Any]) -> bool:
    named = inspect.getfullargspec(function).kwonlyargs
    return "actor" in named or "changing" in function.__code__.co_names


def is_own(own: object, module: ModuleType) -> bool:
    """Whether it is a public function that this module defines."""
    return (
        inspect.isfunction(own)
        and own.__module__ == module.__name__
        and not own.__name__.startswith("_")
    )


def test_every_service_has_a_row() -> None:
    assert services().keys() == {service.__name__ for service in ROWS} | OTHERS.keys()


def call(row: Row, actor: Any, stage: Stage) -> None:
    with events_written() as events:
        made = row.call(actor, stage)
    target = row.target(stage) if row.target else made
    (event,) = events
    assert (event.action, event.actor_uuid) == (row.action, actor.actor_uuid)
    assert (event.actor_kind, event.actor_label) == (actor.actor_kind, actor.actor_label)
    assert (event.target_kind, event.target_uuid) == (type(target).__name__.lower(), target.uuid)


@pytest.mark.parametrize("who", ["person", "robot", "oneself"])
def test_a_change_is_one_event(furnished: Cast, who: str, subtests: pytest.Subtests) -> None:
    robot = holder(furnished.organization, *Permission)
    for service, row in ROWS.items():
        if (row.actor is not None) != (who == "oneself"):
            continue
        with subtests.test(service.__name__), undone():
            stage = Stage(furnished)
            if service is enable_robot:
                disable_robot(actor=furnished.owner, robot=stage.robot)
            actor = row.actor(stage) if row.actor else furnished.owner
            if who == "robot" and row.is_for_people:
                refused(row, robot, stage)
            else:
                call(row, robot if who == "robot" else actor, stage)


def refused(row: Row, robot: Any, stage: Stage) -> None:
    before = rows()
    with pytest.raises(PermissionDenied, match="a robot account"):
        row.call(robot, stage)
    assert rows() == before


# What each asks for; nothing of those who do it to themselves.
NEEDS = """
rename_organization organization:update
create_project project:create
create_service organization:update
update_service organization:update
delete_service organization:update
create_service_secret organization:update
create_webhook organization:update
update_webhook organization:update
delete_webhook organization:update
create_webhook_secret organization:update
send_test organization:update
send_again organization:update
update_project project:update
delete_project project:delete
create_repository repository:create
change_repository repository:update
delete_repository repository:delete
change_levels grant:create
give grant:create
give_all grant:create
change_grant grant:update
take grant:delete
invite member:create
resend_invitation member:create
withdraw_invitation member:delete
change_member_role member:update
remove_member member:delete
create_role role:create
update_role role:update
delete_role role:delete
create_role_token token:create robot:create grant:create
create_team team:create
update_team team:update
delete_team team:delete
add_team_members team:update
change_team_role team:update
remove_team_member team:update
add_team_robots team:update
remove_team_robot team:update
create_robot robot:create
create_robot_in_teams robot:create
disable_robot robot:update
enable_robot robot:update
delete_robot robot:delete
create_token token:create
withdraw_link token:rotate
rotate_token token:rotate
refresh_token token:rotate
disable_token token:update
enable_token token:update
end_secret token:rotate
change_token_expiry token:update
update_token token:update
change_token_addresses token:update
change_robot_addresses robot:update
extend_robot robot:update
update_robot robot:update
change_policy organization:update
change_robot_networks organization:update token:read token:update
change_sign_in_rules organization:update member:read
answer_need robot:read token:read token:update
reopen_need robot:read token:read token:update
note_export event:read
delete_token token:delete
create_trust trust:create
update_trust trust:update
delete_trust trust:delete
"""
NEEDED = [
    (name, Permission(needed))
    for name, *permissions in map(str.split, NEEDS.strip().splitlines())
    for needed in permissions
]


def test_without_the_one_permission_nothing_changes(
    furnished: Cast, subtests: pytest.Subtests
) -> None:
    """It is asked for also where everything else is held."""
    stage, by_name = Stage(furnished), {it.__name__: row for it, row in ROWS.items()}
    assert {name for name, _ in NEEDED} == {name for name, row in by_name.items() if not row.actor}
    actors = {
        needed: holder(furnished.organization, *(set(Permission) - {needed}))
        for _, needed in NEEDED
    }
    before = rows()
    for name, needed in NEEDED:
        with subtests.test(f"{name} {needed}"):
            with pytest.raises(MissingPermission) as refused:
                by_name[name].call(actors[needed], stage)
            assert refused.value.permission == needed
    assert rows() == before


def test_who_may_not_changes_nothing(furnished: Cast, subtests: pytest.Subtests) -> None:
    """A robot that holds nothing, one of another organization that holds everything, its owner."""
    stage = Stage(furnished)
    actors = [
        holder(furnished.organization),
        holder(furnished.other_organization, *Permission),
        furnished.stranger,
    ]
    before = rows()
    for service, row in ROWS.items():
        if not row.actor:
            for actor in actors:
                with subtests.test(f"{service.__name__} {actor}"), pytest.raises(PermissionDenied):
                    row.call(actor, stage)
    assert rows() == before
