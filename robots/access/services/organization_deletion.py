"""The end of an organization: all its rows go, at once; what the audit log has of it stays."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model, QuerySet

from console.audit.recording import EventActor, changing, end_chain, record
from console.models import (
    Notice,
    NoticeChoice,
    NoticeReader,
    Organization,
    Project,
    Repository,
    Service,
    ServiceSecret,
    Webhook,
    WebhookDelivery,
    WebhookSecret,
)
from console.organizations.services import retire
from console.permissions.decision import Actor, require
from console.permissions.vocabulary import Permission
from robots.access.letters import tell_of_deletion
from robots.artifacts.locking import lock
from robots.models import (
    ArtifactUse,
    DailyOutcome,
    DailyUse,
    Handover,
    NeedAnswer,
    NoticeSent,
    OutsideUse,
    PermissionUse,
    Robot,
    RobotGrant,
    RobotLabel,
    Secret,
    Tag,
    TeamRobot,
    Token,
    TokenAddress,
    TokenPolicy,
    TokenView,
    Trust,
    Usage,
)
from robots.queries import search
from teams.models import (
    Departure,
    Invitation,
    InvitedPlace,
    Membership,
    Role,
    Team,
    TeamGrant,
    TeamMember,
    UserGrant,
)

# How each kind of row leads to its organization; those that refer to others stand before these.
ROWS: dict[str, tuple[type[Model], ...]] = {
    "token__robot__organization": (
        Handover,
        NoticeSent,
        Usage,
        TokenAddress,
        OutsideUse,
        Secret,
        Trust,
    ),
    "robot__organization": (Token, TeamRobot, RobotGrant, RobotLabel, PermissionUse),
    "team__organization": (TeamMember, TeamGrant),
    "service__organization": (ServiceSecret,),
    "webhook__organization": (WebhookDelivery, WebhookSecret),
    "notice__organization": (NoticeReader,),
    "repository__project__organization": (Tag, ArtifactUse),
    "project__organization": (Repository,),
    "membership__organization": (TokenView,),
    "invitation__organization": (InvitedPlace,),
    "organization": (
        *(UserGrant, DailyOutcome, DailyUse, NeedAnswer, TokenPolicy, Robot, Role, Team),
        *(Service, Invitation, Membership, Project),
        *(Webhook, Notice, NoticeChoice, Departure),
    ),
}
# How much of each kind goes with an organization.
Contents = dict[str, int]


def delete_organization(*, actor: Actor, organization: Organization) -> None:
    """End an organization with everything in it: from the next request on nothing of it is let in.

    People keep their accounts, the registry keeps its images. Only an operator uses the name again.
    """
    with changing(None), changing(organization):
        require(actor, Permission.ORGANIZATION_DELETE, organization)
        actor.prove_presence()
        end_organization(actor=actor, organization=organization)


def end_organization(*, actor: EventActor, organization: Organization) -> None:
    """The same without asking whether the actor may: for whoever has the machine.

    Some fifty statements, whatever the number of robots. The event is the last one of the organization's
    chain, and stands in the site's as well.
    """
    with changing(None) as site, changing(organization) as chain:
        _lock_tokens(organization)
        lock(Repository.objects.filter(project__organization=organization))
        named = Organization.objects.values("slug", "name").get(pk=organization.pk)
        before = {**named, **contents_of(organization)}
        tell_of_deletion(organization, actor)
        retire(_paths(organization))
        search.remove_all(organization)
        for rows in _rows(organization):
            # `delete()` would read every row to find what refers to it, and there is nothing any more.
            rows._raw_delete(rows.db)
        about: dict[str, Any] = {"target": organization, "before": before}
        for each in (chain, site):
            record(each, actor=actor, action="organization:deleted", **about)
        end_chain(chain)


def _lock_tokens(organization: Organization) -> None:
    """First and in the order of their ids, as what counts their use locks them: neither waits crosswise."""
    tokens = Token.objects.select_for_update(no_key=True).filter(robot__in=_robots(organization))
    for _ in tokens.order_by("id").values_list("id").iterator():
        pass


def contents_of(organization: Organization) -> Contents:
    """How much of each kind ends with the organization."""
    return {
        "projects": organization.projects.count(),
        "repositories": Repository.objects.filter(project__organization=organization).count(),
        "robots": _robots(organization).filter(deleted_at=None).count(),
        "tokens": Token.objects.living().filter(organization=organization).count(),
        "trusts": Trust.objects.living().filter(token__organization=organization).count(),
        "services": organization.services.count(),
        "teams": Team.objects.filter(organization=organization).count(),
        "members": Membership.objects.filter(organization=organization).count(),
        "invitations": Invitation.objects.pending().filter(organization=organization).count(),
    }


def _robots(organization: Organization) -> QuerySet[Robot]:
    return Robot.objects.filter(organization=organization)


def _paths(organization: Organization) -> list[str]:
    """Everything under which the registry may still hold something."""
    slugs = organization.projects.values_list("slug", flat=True)
    repositories = Repository.objects.filter(project__organization=organization)
    named = repositories.values_list("project__slug", "name")
    inside = [*slugs, *(f"{project}/{name}" for project, name in named)]
    return [organization.slug, *(f"{organization.slug}/{path}" for path in inside)]


def _rows(organization: Organization) -> Iterator[QuerySet[Any]]:
    """All rows of the organization."""
    for way, models in ROWS.items():
        for model in models:
            yield model._default_manager.filter(**{way: organization})
    yield Organization.objects.filter(pk=organization.pk)
