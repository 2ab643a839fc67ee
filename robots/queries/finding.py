"""Finding the robot or token of an address, through the eyes of the actor."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import Case, IntegerField, Q, Value, When
from django.shortcuts import get_object_or_404
from django.utils import timezone

from console.audit.recording import chain_of
from console.http import Request, Visit
from console.models import Event, Organization
from console.permissions.decision import Actor, allows
from console.permissions.projects import projects_with_all
from console.permissions.vocabulary import Permission
from robots.base.periods import RECENTLY
from robots.base.states import Refusal, State
from robots.models import Owner, Robot, Token, TokenPolicy
from robots.models.tokens import TokenQuerySet, today
from robots.queries.roles import ShownRole, role_of
from teams.models import Team

SHOWN_TRIES = 3
TOKENS_NEED = (Permission.ROBOT_READ, Permission.TOKEN_READ)


def acting_robot(actor_uuid: UUID) -> Robot | None:
    """The robot of that UUID, for `console.actors`, unless it is deleted, disabled or expired."""
    found = Robot.objects.living().filter(uuid=actor_uuid).first()
    return found if found and found.state == State.ACTIVE else None


def find_robot(request: Visit, organization: Organization, robot: UUID) -> Robot:
    """The robot of that UUID, if the actor may see it; else a 404."""
    seen = Robot.objects.visible_to(request.viewer, organization)
    return get_object_or_404(
        seen.select_related("organization", "project__organization", "responsible__user"),
        uuid=robot,
    )


def find_token(request: Visit, robot: Robot, token: UUID) -> Token:
    """The robot's token of that access ID, if the actor may see it; another robot's is a 404."""
    return get_object_or_404(seen_tokens(request, robot), uuid=token)


def seen_tokens(request: Visit, robot: Robot) -> TokenQuerySet:
    """The robot's living tokens, if the actor may see tokens of it."""
    tokens = tokens_of(robot)
    return tokens if allows(request.viewer, Permission.TOKEN_READ, robot) else tokens.none()


def visible_tokens(actor: Actor, organization: Organization) -> TokenQuerySet:
    """The organization's living tokens that `actor` may see with their robots: all, or those of projects."""
    tokens = Token.objects.living().filter(organization=organization)
    projects = projects_with_all(actor, TOKENS_NEED, organization.target)
    if projects is None:
        return tokens
    robots = Robot.objects.living().filter(organization=organization, project__in=projects)
    return tokens.filter(robot__in=robots.order_by().values("pk"))


def unused_for(days: int | None) -> Q:
    """Neither used nor made within so many days; `None`: nothing is pointed out."""
    if days is None:
        return Q(pk__in=[])
    return Q(idle_since__lt=today() - timedelta(days=days))


def tokens_of(owner: Owner) -> TokenQuerySet:
    """The owner's living tokens: has anybody received the secret, and for how long is it unused.

    `is_unused` is by the policy that holds for the owner.
    """
    days = TokenPolicy.objects.of(owner).unused_days
    tokens: TokenQuerySet = (
        owner.tokens.living()
        .with_delivery()
        .annotate(
            unused_days=Value(days or 0, IntegerField()),
            is_unused=Case(When(unused_for(days), then=True), default=False),
        )
    )
    return tokens.select_related("robot__organization", "robot__project__organization", "user")


def tries_of_ended(owner: Owner, tokens: Iterable[Token]) -> list[Event]:
    """When somebody came with a secret of these tokens that had ended; the latest few of 30 days."""
    return list(
        Event.objects.filter(
            chain=chain_of(owner.chain_organization),
            action="token:refused",
            target_uuid__in=[token.uuid for token in tokens],
            created_at__gt=timezone.now() - RECENTLY,
            after__reason=Refusal.SECRET_ENDED,
        ).order_by("-number")[:SHOWN_TRIES]
    )


def account_role(robot: Robot) -> ShownRole | None:
    """The role whose account the robot is."""
    if not robot.is_role_account:
        return None
    return role_of(robot.grants.with_names().get())


def known_teams(request: Request, robot: Robot) -> list[Team]:
    """The robot's teams, those that are secret from the viewer without their names."""
    teams = list(Team.objects.filter(robot_places__robot=robot).order_by("name"))
    hidden = Team.objects.hidden_from(request.viewer, robot.organization) if teams else set()
    for team in teams:
        team.is_hidden = team.pk in hidden
    return teams
