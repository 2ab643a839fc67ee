"""What each permission to read opens: without it, and with all the others, these pages are closed."""

import pytest

from console.permissions.vocabulary import Permission
from teams.models import UserGrant
from tests.addresses import WITH_OBJECT, acme, address_of
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.personas import Visitor

# What is not seen is 404; a list of what one may not see at all is 403. What every member may is not
# here, and a page that makes a token for a role needs all that the role gives.
TABLE = """
chart:read       403 builtin-role-token-create
repository:view  404 repository repository-permissions repository-reach repository-delete
repository:view  404 repository-reach-export repository-access-add
repository:view  404 repository-tags repository-activity repository-history
repository:view  403 builtin-role-token-create
team:read        403 team-permissions team-access-add team-grant-delete team-robots
project:read     404 project repository-create project-robots project-members project-member-create
project:read     404 project-member project-member-delete project-settings project-delete
project:read     404 project-policy project-policy-change
project:read     404 project-reach project-reach-export project-access-add
project:read     404 project-overview project-history project-need-answer
project:read     403 builtin-role-token-create
robot:read       404 robot robot-access robot-activity robot-settings robot-delete robot-copy
robot:read       404 robot-access-export robot-access-add robot-narrow robot-history
robot:read       404 robot-extend robot-addresses robot-addresses-enforce robot-refresh
robot:read       404 token-create token token-addresses token-expiry token-rotate token-refresh token-delete
robot:read       404 token-addresses-enforce
robot:read       404 trust-list trust-presets trust-create trusts-trial
robot:read       404 trust trust-edit trust-trial trust-delete
robot:read       403 project-robots project-overview need need-answer project-need-answer
token:read       404 token token-addresses token-expiry token-rotate token-refresh token-delete
token:read       404 token-addresses-enforce
token:read       403 need need-answer project-need-answer policy-change project-policy-change
token:read       403 robot-networks-change
role:read        403 role-list role role-copy role-settings role-delete role-tokens role-token-create
role:read        403 builtin-role builtin-role-copy builtin-role-tokens builtin-role-token-create
grant:read       403 repository-permissions repository-reach project-members
grant:read       403 repository-reach-export project-reach project-reach-export
trust:read       404 trust trust-edit trust-trial trust-delete
trust:read       403 trusts-trial
event:read       403 event-list event event-thing project-history project-event
event:read       403 repository-history repository-event team-history team-event robot-history robot-event
"""
# Of every member.
OPEN_NOTHING = {Permission.ORGANIZATION_READ, Permission.MEMBER_READ}
READS = {name for name in Permission if name.endswith((":read", ":view"))} - OPEN_NOTHING


def parsed() -> dict[str, dict[str, int]]:
    """Permission -> page -> status without it."""
    found: dict[str, dict[str, int]] = {}
    for permission, status, *names in map(str.split, TABLE.strip().splitlines()):
        found.setdefault(permission, {}).update(dict.fromkeys(names, int(status)))
    return found


CLOSED = parsed()
# A membership opens it, and no permission.
OF_OWNERS = "teams:organization-transfer"


def statuses(visitor: Visitor, places: dict[str, object]) -> dict[str, int]:
    """By the names of the pages without their app's."""
    return {
        name.partition(":")[2]: visitor.browser.get(address_of(name, places)).status_code
        for name in WITH_OBJECT
        if name != OF_OWNERS
    }


def holding(cast: Cast, permissions: set[Permission]) -> UserGrant:
    """The member's own grant of these on the whole organization."""
    grant: UserGrant = UserGrant.objects.create(
        user=cast.member, organization=cast.organization, permissions=frozenset(permissions)
    )
    return grant


def test_every_permission_to_read_opens_something() -> None:
    assert CLOSED.keys() == {str(name) for name in READS}


def test_without_it_exactly_these_pages_are_closed(
    furnished: Cast, subtests: pytest.Subtests
) -> None:
    places, visitor = acme(furnished), Visitor(furnished.member)
    everything = statuses(Visitor(furnished.owner), places)
    grant = holding(furnished, set(Permission))
    assert statuses(visitor, places) == everything
    for name in sorted(READS):
        with subtests.test(str(name)):
            grant.permissions = frozenset(set(Permission) - {name})
            grant.save()
            found = statuses(visitor, places)
            closed = {page: got for page, got in found.items() if got != everything[page]}
            assert closed == CLOSED[name]


def test_no_page_shows_tokens_without_token_read(furnished: Cast) -> None:
    holding(furnished, set(Permission) - {Permission.TOKEN_READ})
    client, places = browser(furnished.member), acme(furnished)
    page = text(client.get(address_of("robots:robot", places)))
    assert "You may not see its tokens" in page
    assert furnished.token.name not in page
    assert str(furnished.token.uuid) not in page


def test_no_page_shows_trusts_without_trust_read(furnished: Cast) -> None:
    holding(furnished, set(Permission) - {Permission.TRUST_READ})
    client, places = browser(furnished.member), acme(furnished)
    page = text(client.get(address_of("robots:trust-list", places)))
    assert "You may not see its trusts" in page
    assert "jobs" not in page
    assert str(places["trust"]) not in page
