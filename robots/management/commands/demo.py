"""`demo`: a lively organization to look at."""

import random
from datetime import timedelta
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from console.management.operators import OperatorCommand
from console.models import Organization, Project
from console.organizations.services import UsedBefore, create_project, create_repository
from console.permissions.vocabulary import TICKABLE, Permission
from robots.accounts.services.robots import GrantRequest, create_robot, disable_robot
from robots.management.demo_artifacts import tell
from robots.management.demo_teams import add_people_and_teams
from robots.management.demo_trusts import add_trusts
from robots.management.demo_use import add_up, date_back, use
from robots.models import Robot, Token
from robots.tokens.services.minting import mark_handed_over
from robots.tokens.services.tokens import create_token
from teams.models import User
from teams.users.services import create_organization

PROJECTS = (
    ("payments", "Payments", "Card processing and settlement", ("api", "ledger", "web/checkout")),
    ("platform", "Platform", "Images everything else is built on", ("base", "builder", "runner")),
    ("docs", "Docs", "The handbook and the public site", ("site", "handbook")),
)
PULL = frozenset({Permission.ARTIFACT_PULL, Permission.CHART_READ})
ALL = frozenset(TICKABLE)
# name, project or none, description, projects it reaches, permissions, tokens (name, days or none)
ROBOTS = (
    (
        "ci-build",
        "payments",
        "Builds and pushes the payments images",
        (),
        ALL,
        (("nightly", 90), ("release", 9)),
    ),
    (
        "deploy-prod",
        None,
        "Pull secret of the production clusters",
        ("all",),
        PULL,
        (("eu-cluster", None), ("us-cluster", None)),
    ),
    ("docs-sync", "docs", "Publishes the handbook each night", (), ALL, (("cron", 30),)),
    (
        "mirror-eu",
        None,
        "Copies released images to the EU registry",
        ("payments", "platform"),
        PULL,
        (("mirror", 365),),
    ),
    (
        "scanner",
        None,
        "Scans new artifacts, reports to the security team",
        ("payments", "platform", "docs"),
        PULL | {Permission.SCAN_CREATE},
        (("weekly", None),),
    ),
    (
        "base-images",
        "platform",
        "Rebuilds the base images every Monday",
        (),
        ALL,
        (("weekly", 90),),
    ),
    ("legacy-jenkins", "payments", "Old pipeline, to be removed", (), ALL, (("jenkins", None),)),
    ("preview", None, "Pulls for preview environments", (), PULL, ()),
)
DISABLED = {"scanner"}
LABELS = {
    "ci-build": {"env": "prod", "system": "github-actions", "cost-center": "4711"},
    "deploy-prod": {"env": "prod", "critical": ""},
    "preview": {"env": "staging"},
}


class Command(OperatorCommand):
    """Everything goes through the services; only people, the month of use and what a registry saw do not."""

    help = "Fill a demonstration organization: projects, teams, robots, tokens, trusts, a month of use."

    def add_arguments(self, parser: Any) -> None:  # noqa: ANN401 - argparse's parser
        parser.add_argument("--organization", default="acme", help="its name in addresses")

    def handle(self, *_: Any, **options: Any) -> None:
        owner = User.objects.filter(is_active=True, is_superuser=True).order_by("pk").first()
        if owner is None:
            raise CommandError("create the first owner before (the set-up link, or create_owner)")
        slug = options["organization"]
        with transaction.atomic():
            organization = self._organization(owner, slug)
            fill(owner, organization)
        self.stdout.write(
            f"{slug} is filled: {Robot.objects.filter(organization=organization).count()} robots"
        )

    def _organization(self, owner: User, slug: str) -> Organization:
        found = Organization.objects.filter(slug=slug).first()
        if found is None:
            return self._new(owner, slug)
        if found.projects.exists() or found.robots.exists():
            raise CommandError(f"{slug} is not empty; name another with --organization")
        return found

    def _new(self, owner: User, slug: str) -> Organization:
        try:
            return create_organization(actor=owner, slug=slug, name=slug.replace("-", " ").title())
        except UsedBefore as warning:
            raise CommandError(f"{slug} was deleted; name another with --organization") from warning


def fill(owner: User, organization: Organization) -> None:
    """Projects, robots, tokens, a month of use, trusts, people, teams. The same each time but for secrets."""
    chance = random.Random(7)  # noqa: S311 - figures to look at
    projects = {row[0]: _project(owner, organization, *row) for row in PROJECTS}
    for name, home, description, reach, permissions, tokens in ROBOTS:
        robot = _robot(owner, organization, projects, name, home, description, reach, permissions)
        for token_name, days in tokens:
            use(_token(owner, robot, token_name, days), chance)
        date_back(robot, chance)
        if name in DISABLED:
            disable_robot(actor=owner, robot=robot)
    add_trusts(owner, organization, chance)
    add_people_and_teams(owner, organization, projects)
    add_up(organization)
    tell(organization, chance)


def _project(
    owner: User,
    organization: Organization,
    slug: str,
    name: str,
    about: str,
    repositories: tuple[str, ...],
) -> Project:
    public = slug == "docs"
    project = create_project(
        actor=owner,
        organization=organization,
        slug=slug,
        name=name,
        description=about,
        public=public,
    )
    for repository in repositories:
        create_repository(actor=owner, project=project, name=repository, public=public)
    return project


def _robot(
    owner: User,
    organization: Organization,
    projects: dict[str, Project],
    name: str,
    home: str | None,
    description: str,
    reach: tuple[str, ...],
    permissions: frozenset[Permission],
) -> Robot:
    where = [projects[home]] if home else [projects.get(slug) for slug in reach]
    return create_robot(
        actor=owner,
        organization=organization,
        name=name,
        project=projects[home] if home else None,
        description=description,
        labels=LABELS.get(name, {}),
        responsible=organization.memberships.filter(user=owner).first(),
        grants=[GrantRequest(project, permissions) for project in where],
    )


def _token(owner: User, robot: Robot, name: str, days: int | None) -> Token:
    ends = timezone.now() + timedelta(days=days) if days else None
    minted = create_token(actor=owner, robot=robot, name=name, expires_at=ends)
    mark_handed_over(minted.secret)
    return minted.token
