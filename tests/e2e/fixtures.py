"""People, teams and roles on the pages, and what stands for them in addresses."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from console.models import Event, Organization, Project, Repository, Service
from console.models.events import SITE
from console.organizations.services import change_repository
from console.permissions.vocabulary import Permission
from console.scanning.services import add_key, create_partner
from console.services.services import create_service, create_service_secret
from robots.access.services.roles import RoleAt, create_role_token
from robots.accounts.services.robots import create_robot
from robots.accounts.services.teams import add_team_robots
from robots.base.trust_presets import PRESETS
from robots.models import Robot, TeamRobot, Token
from robots.tokens.services.minting import mark_handed_over
from robots.tokens.services.tokens import create_personal_token
from teams.grants.services import GrantSpec, give
from teams.members.services import invite
from teams.models import Invitation, Membership, Role, Team, TeamGrant, User, UserGrant
from teams.roles.services import create_role
from teams.teams.services import add_team_members, create_team
from tests.conftest import Cast
from tests.e2e.webhook_fixtures import add_site_webhook, add_webhooks
from tests.robots.artifacts.telling import digest_of, event, note
from tests.scanning import new_key, public_pem


def furnish(cast: Cast) -> None:
    """What the demonstration has by itself: two teams, one secret, and a role with a token."""
    robot = create_robot(actor=cast.owner, organization=cast.organization, name="runner")
    for name in ("build", "security"):
        team = create_team(
            actor=cast.owner, organization=cast.organization, name=name, secret=name == "security"
        )
        add_team_members(actor=cast.owner, team=team, users=[cast.owner], role="owner")
        add_team_members(actor=cast.owner, team=team, users=[cast.member], role="member")
        add_team_robots(actor=cast.owner, team=team, robots=[robot])
        spec = GrantSpec(cast.organization, cast.project, role="repository:write")
        give(actor=cast.owner, holder=team, spec=spec)
    role = create_role(
        actor=cast.owner,
        organization=cast.organization,
        name="release-manager",
        permissions=frozenset({Permission.ARTIFACT_PULL, Permission.TAG_CREATE}),
    )
    minted = create_role_token(
        actor=cast.owner,
        role=RoleAt(cast.organization, custom=role),
        name="release",
        kind="compact",
    )
    mark_handed_over(minted.secret)
    add_own_tokens(cast.owner)


def add_own_tokens(person: User) -> None:
    """A token that may all the person may, and a narrowed one that ends soon."""
    narrow = frozenset({Permission.PROJECT_READ, Permission.ROBOT_READ, Permission.TOKEN_READ})
    soon = timezone.now() + timedelta(days=5)
    for name, permissions, ends in (("laptop", None, None), ("dashboard", narrow, soon)):
        minted = create_personal_token(
            actor=person, name=name, permissions=permissions, expires_at=ends, kind="compact"
        )
        mark_handed_over(minted.secret)
    used = {"last_used_at": timezone.now(), "last_used_address": "192.0.2.7"}
    Token.objects.filter(user=person, name="laptop").update(**used, last_used_verifier="api")


def add_guests(owner: User, project: Project, member: User, newcomer: User) -> None:
    """A member of the project, and two invitations: one to a stranger, one to the newcomer."""
    organization = project.organization
    spec = GrantSpec(organization, project, role="project:developer")
    give(actor=owner, holder=member, spec=spec)
    for email in ("a-rather-long-name@example.com", newcomer.email):
        invite(actor=owner, organization=organization, email=email, role="member")


def add_artifacts(repository: Repository) -> None:
    """What a registry told: tags, one with a long name, and pulls by everybody there is."""
    who = ("robot_acme.payments+ci", "robot_acme+deploy", "member@example.com", "")
    tags = ("1.0.0", "latest", f"feature-{'a-rather-long-name-' * 6}1")
    begin, image = timezone.now() - timedelta(days=2), [{"size": 34_000_000}]
    Robot.objects.update(created_at=begin)
    for number, tag in enumerate(tags):
        at, digest = begin + timedelta(hours=number + 1), digest_of(10**30 + number)
        note(event(tag=tag, digest=digest, at=at, references=image))
        for actor in who:
            note(event("pull", tag, digest, actor=actor, at=at + timedelta(hours=1)))
        note(event("pull", "", digest, actor=who[1], at=at + timedelta(hours=2)))
    note(event("delete", "0.9", "", path=str(repository)))


def add_history(owner: User, repository: Repository) -> None:
    """What somebody changed of a repository, which is now as it was."""
    for description in ("Answers what the shop asks", repository.description):
        change_repository(actor=owner, repository=repository, description=description)


# What registries, resource servers, proxies and clusters are made of.
SERVICES: dict[str, dict[str, Any]] = {
    "service": {
        "name": "mirror",
        "description": "Copies of what we build on",
        "host": "mirror.example.com:5000",
        "uses_x5c": False,
        "personal_tokens": "pull",
    },
    "resource-service": {
        "name": "status",
        "kind": "resource",
        "audience": "https://status.example.com",
    },
    "proxy-service": {
        "name": "front",
        "kind": "proxy",
        "proxy": "caddy",
        "host": "images.example.com",
    },
    "cluster-service": {"name": "prod", "kind": "cluster", "personal_tokens": "all"},
}


def add_services(owner: User, operator: User, organization: Organization) -> dict[str, str]:
    """One of each kind, a registry of the site, and the environment's; what addresses call them."""
    made = {
        part: create_service(actor=owner, organization=organization, **values)
        for part, values in SERVICES.items()
    }
    for part in ("resource-service", "service"):
        create_service_secret(actor=owner, service=made[part])
    made["site-service"] = create_service(
        actor=operator, organization=None, name="charts", host="charts.example.com"
    )
    made["site-resource"] = create_service(
        actor=operator, organization=None, name="audits", kind="resource"
    )
    made |= _partner(operator)
    made["environments"] = Service.objects.get_or_create(from_environment=True)[0]
    named = {part: str(service.uuid) for part, service in made.items()}
    return named | add_webhooks(owner, organization) | add_site_webhook(operator)


def _partner(operator: User) -> dict[str, Any]:
    """A scanning partner, and one of its keys."""
    partner = create_partner(actor=operator, name="GitHub")
    pem = public_pem(new_key())
    for identifier in (f"{'90a421169f0a4062' * 4}", "second-key"):
        key = add_key(actor=operator, partner=partner, identifier=identifier, public_pem=pem)
    return {"partner": partner, "partner-key": key}


# What stands in addresses as it is.
NAMES = {
    "of-collection": "robots",
    "guide": "docs/nginx.md",
    "guide-file": "deploy/proxies/nginx.conf",
    "of-blocked": "blocked",
    "of-refused": "refused",
    "of-project": "project",
    "of-registry": "registry",
    "of-resource": "resource",
    "of-proxy": "proxy",
    "of-cluster": "cluster",
    **{f"of-{preset}": preset for preset in PRESETS},
    "developer": "developer",
    "of-repository": "repository",
    "write": "write",
    "wrong": "wrong",
}


def access_parts(organization: Organization, project: Project, member: User) -> dict[str, str]:
    """The parts of the addresses of all these."""
    build = Team.objects.get(organization=organization, name="build")
    place = build.members.filter(role="member")[0]
    guests = Invitation.objects.filter(organization=organization).order_by("pk")
    found = {
        "team": build,
        "secret": Team.objects.get(organization=organization, name="security"),
        "place": place,
        "team-robot": TeamRobot.objects.filter(team=build)[0].robot,
        "team-grant": TeamGrant.objects.filter(team=build, project=project)[0],
        "role": Role.objects.get(organization=organization, name="release-manager"),
        "person": Membership.objects.get(organization=organization, user=member),
        "owner-person": organization.memberships.filter(role="owner")[0].user,
        "project-grant": UserGrant.objects.get(user=member, project=project),
        "invitation": guests[0],
        "own-invitation": guests[1],
        "own-token": Token.objects.get(user__isnull=False, name="laptop"),
    }
    return NAMES | {name: str(row.uuid) for name, row in found.items()}


def site_parts(people: dict[str, User]) -> dict[str, str]:
    """The parts of the addresses of operators' pages."""
    event = Event.objects.filter(chain=SITE).latest("id")
    accounts = {f"{name}-account": str(user.uuid) for name, user in people.items()}
    return accounts | {"site-event": str(event.uuid)}
