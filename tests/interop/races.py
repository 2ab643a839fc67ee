"""What happens in one installation when many do the same at once: run by name, as `actions`."""

import json
import sys
import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Unpack
from uuid import uuid4

import django

django.setup()

from django.core.exceptions import PermissionDenied, ValidationError  # noqa: E402
from django.db import connections  # noqa: E402

from console.errors import Conflict  # noqa: E402
from console.models import Event, Organization, Project, Repository  # noqa: E402
from robots.access.services.matrix import LevelChange, change_levels  # noqa: E402
from robots.accounts.services.robots import create_robot  # noqa: E402
from robots.models import Token  # noqa: E402
from robots.policies.services import (  # noqa: E402
    EffectsChanged,
    PolicyAt,
    PolicyChanges,
    change_policy,
    effects_of,
)
from robots.tokens.services.tokens import create_token  # noqa: E402
from teams.members.services import (  # noqa: E402
    accept_invitation,
    change_member_role,
    invite,
    leave,
    remove_member,
)
from teams.models import Membership, TeamGrant, User  # noqa: E402
from teams.teams.services import create_team  # noqa: E402

RUNNERS = 50


def at_once(acts: Iterable[Callable[[], object]]) -> dict[str, int]:
    """Do all of `acts` at the same moment; how many went which way."""
    acts, outcomes = list(acts), []
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            act()
            outcomes.append("done")
        except (Conflict, PermissionDenied, ValidationError) as refusal:
            outcomes.append(type(refusal).__name__)
        except Exception as fault:  # noqa: BLE001 - the test shows whatever it is
            outcomes.append(f"{type(fault).__name__}: {fault}")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {outcome: outcomes.count(outcome) for outcome in set(outcomes)}


def _organization(owners: int) -> tuple[Organization, list[Membership]]:
    slug = f"race-{uuid4().hex[:12]}"
    organization = Organization.objects.create(slug=slug, name=slug)
    return organization, [_member(organization, "owner") for _ in range(owners)]


def _member(organization: Organization, role: str) -> Membership:
    user = User.objects.create(email=f"{uuid4().hex}@example.com")
    return Membership.objects.create(organization=organization, user=user, role=role)


def _events(organization: Organization, action: str) -> int:
    return Event.objects.filter(organization_slug=organization.slug, action=action).count()


def last_owner(how: str) -> dict[str, Any]:
    """All owners leave, are removed by the next one, or become members, at the same moment."""
    organization, owners = _organization(RUNNERS)
    following = [*owners[1:], owners[0]]
    acts: dict[str, list[Callable[[], object]]] = {
        "leave": [partial(leave, actor=it.user, membership=it) for it in owners],
        "remove": [
            partial(remove_member, actor=it.user, membership=other)
            for it, other in zip(owners, following, strict=True)
        ],
        "demote": [
            partial(change_member_role, actor=it.user, membership=it, role="member")
            for it in owners
        ],
    }
    outcomes = at_once(acts[how])
    return {"outcomes": outcomes, "owners": Membership.objects.owners(organization.pk).count()}


def invitation() -> dict[str, Any]:
    """One link is followed in fifty tabs."""
    organization, (owner,) = _organization(1)
    user = User.objects.create(email=f"{uuid4().hex}@example.com")
    sent = invite(actor=owner.user, organization=organization, email=user.email, role="member")
    act = partial(accept_invitation, actor=user, invitation=sent, key=sent.key())
    return {
        "outcomes": at_once([act] * RUNNERS),
        "memberships": user.memberships.count(),
        "events": _events(organization, "member:joined"),
    }


def matrix() -> dict[str, Any]:
    """Fifty owners save the same row of a matrix, each as they saw it."""
    organization, owners = _organization(RUNNERS)
    project = Project.objects.create(organization=organization, slug="payments", name="Payments")
    repository = Repository.objects.create(project=project, name="api")
    team = create_team(actor=owners[0].user, organization=organization, name="build")
    outcomes = at_once(
        partial(
            change_levels,
            actor=it.user,
            repository=repository,
            changes=[LevelChange(team, "", ("read", "write")[number % 2])],
        )
        for number, it in enumerate(owners)
    )
    return {
        "outcomes": outcomes,
        "grants": TeamGrant.objects.filter(team=team).count(),
        "events": _events(organization, "repository:permissions-changed"),
    }


def _until_it_stands(user: User, policy: PolicyAt, **changes: Unpack[PolicyChanges]) -> None:
    seen = effects_of(policy, **changes).fingerprint
    while True:
        try:
            change_policy(actor=user, policy=policy, seen=seen, **changes)
        except EffectsChanged as changed:
            seen = changed.effects.fingerprint
        else:
            return


def policy() -> dict[str, Any]:
    """Ten owners rule out tokens that never end while forty make such tokens."""
    organization, owners = _organization(RUNNERS)
    robot = create_robot(actor=owners[0].user, organization=organization, name="ci")
    outcomes = at_once(
        partial(
            _until_it_stands, it.user, PolicyAt(organization), default_days=30, never_allowed=False
        )
        if number % 5 == 0
        else partial(create_token, actor=it.user, robot=robot, name=f"t{number}", kind="compact")
        for number, it in enumerate(owners)
    )
    made = Token.objects.filter(organization=organization)
    return {
        "outcomes": outcomes,
        "tokens": made.count(),
        "working": made.filter(blocked_at=None).count(),
        "events": _events(organization, "token:blocked"),
    }


if __name__ == "__main__":
    answer = globals()[sys.argv[1]](**json.loads(sys.argv[2]))
    sys.stdout.write(f"\n{json.dumps(answer)}\n")
