"""`demo`: a lively organization to look at."""

import random
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from console.models import Organization, Project
from console.permissions import TICKABLE, Permission
from console.services import create_project, create_repository
from robots.management.demo_teams import add_people_and_teams
from robots.models import Robot, Token, Usage
from robots.models.usage import ACCEPTED
from robots.services import (
    GrantRequest,
    create_robot,
    create_token,
    disable_robot,
    mark_handed_over,
)
from robots.states import Refusal
from teams.models import User
from teams.services import create_organization

PROJECTS = (
    ("payments", "Payments", "Card processing and settlement", ("api", "ledger", "web/checkout")),
    ("platform", "Platform", "Images everything else is built on", ("base", "builder", "runner")),
    ("docs", "Docs", "The handbook and the public site", ("site", "handbook")),
)
PULL = frozenset({Permission.ARTIFACT_PULL, Permission.CHART_READ})
ALL = frozenset(TICKABLE)
# name, project or none, description, projects it reaches, permissions, tokens (name, days or none)
ROBOTS = (
    ("ci-build", "payments", "Builds and pushes the payments images", (), ALL,
     (("nightly", 90), ("release", 9))),
    ("deploy-prod", None, "Pull secret of the production clusters", ("all",), PULL,
     (("eu-cluster", None), ("us-cluster", None))),
    ("docs-sync", "docs", "Publishes the handbook each night", (), ALL, (("cron", 30),)),
    ("mirror-eu", None, "Copies released images to the EU registry", ("payments", "platform"), PULL,
     (("mirror", 365),)),
    ("scanner", None, "Scans new artifacts, reports to the security team",
     ("payments", "platform", "docs"), PULL | {Permission.SCAN_CREATE}, (("weekly", None),)),
    ("base-images", "platform", "Rebuilds the base images every Monday", (), ALL, (("weekly", 90),)),
    ("legacy-jenkins", "payments", "Old pipeline, to be removed", (), ALL, (("jenkins", None),)),
    ("preview", None, "Pulls for preview environments", (), PULL, ()),
)  # fmt: skip
DISABLED = {"scanner"}
LABELS = {
    "ci-build": {"env": "prod", "system": "github-actions", "cost-center": "4711"},
    "deploy-prod": {"env": "prod", "critical": ""},
    "preview": {"env": "staging"},
}
ADDRESSES = ("10.20.4.17", "10.20.8.2", "10.20.4.31", "10.20.9.9")
AGENTS = ("docker/28.2.2", "skopeo/1.9.3", "containerd/2.1.0")


class Command(BaseCommand):
    """Everything goes through the services; only people and the month of use are written directly."""

    help = (
        "Fill a demonstration organization with projects, teams, robots, tokens and a month of use."
    )

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
            return create_organization(actor=owner, slug=slug, name=slug.replace("-", " ").title())
        if found.projects.exists() or found.robots.exists():
            raise CommandError(f"{slug} is not empty; name another with --organization")
        return found


def fill(owner: User, organization: Organization) -> None:
    """Projects, robots, tokens, a month of use, people, teams. The same each time, but for secrets."""
    chance = random.Random(7)  # noqa: S311 - figures to look at
    projects = {row[0]: _project(owner, organization, *row) for row in PROJECTS}
    for name, home, description, reach, permissions, tokens in ROBOTS:
        robot = _robot(owner, organization, projects, name, home, description, reach, permissions)
        for token_name, days in tokens:
            _use(_token(owner, robot, token_name, days), chance)
        _date_back(robot, chance)
        if name in DISABLED:
            disable_robot(actor=owner, robot=robot)
    add_people_and_teams(owner, organization, projects)


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
    owner: User, organization: Organization, projects: dict[str, Project], name: str,
    home: str | None, description: str, reach: tuple[str, ...], permissions: frozenset[Permission],
) -> Robot:  # fmt: skip
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


def _use(token: Token, chance: random.Random) -> None:
    today, busy = timezone.now().date(), chance.randint(20, 400)
    rows = []
    for back in range(30):
        day = today - timedelta(days=back)
        count = int(busy * chance.uniform(0.4, 1.2) * (0.3 if day.weekday() > 4 else 1))
        rows.append(Usage(token=token, day=day, verifier="registry", outcome=ACCEPTED, count=count))
        if chance.random() < 0.15:
            refused = chance.randint(1, 20)
            rows.append(
                Usage(
                    token=token,
                    day=day,
                    verifier="registry",
                    outcome=Refusal.EXPIRED,
                    count=refused,
                )
            )
    Usage.objects.bulk_create(rows)
    _note_last_use(token, chance)


def _date_back(robot: Robot, chance: random.Random) -> None:
    """The month of use needs robots and tokens that are older than it; the audit log stays as it is."""
    made = timezone.now() - timedelta(days=chance.randint(31, 300))
    Robot.objects.filter(pk=robot.pk).update(created_at=made)
    robot.tokens.update(created_at=made)
    Project.objects.filter(organization=robot.organization, created_at__gt=made).update(
        created_at=made - timedelta(days=1)
    )


def _note_last_use(token: Token, chance: random.Random) -> None:
    used = timezone.now() - timedelta(minutes=chance.choice((0, 3, 41, 540, 60 * 24 * 3)))
    Token.objects.filter(pk=token.pk).update(
        last_used_at=used,
        last_used_address=chance.choice(ADDRESSES),
        last_used_agent=chance.choice(AGENTS),
        last_used_verifier="registry",
    )
    Robot.objects.filter(tokens=token, last_used_at__lt=used).update(last_used_at=used)
