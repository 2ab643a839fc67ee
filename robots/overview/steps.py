"""The checklist *What next*, of an organization and of a project: it ticks itself."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Exists, QuerySet
from django.urls import reverse

from console.databases.statements import Parameter, Statement
from console.models import Organization, Project, Repository
from robots.base.periods import NEVER_USED
from robots.models import DailyUse, Robot, Token
from teams.models import Team


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the checklist; ticks itself."""

    label: str
    text: str
    done: bool
    url: str


class Done(NamedTuple):
    """What there is, in the order in which one gets to the first login."""

    project: bool
    robot: bool
    login: bool
    team: bool
    use: bool


def _done() -> QuerySet[Any]:
    here = {"organization": Parameter("organization")}
    return Organization.objects.filter(pk=here["organization"]).annotate(
        project=Exists(Project.objects.filter(**here)),
        robot=Exists(Robot.objects.living().filter(**here)),
        login=Exists(Token.objects.logins().filter(**here)),
        team=Exists(Team.objects.filter(**here)),
        use=Exists(DailyUse.objects.filter(**here, accepted__gt=0)),
    )


what_is_done = Statement(Done, _done)

# Label, what it is for, the address by name: in the order of `Done`.
STEPS = (
    ("Create a project", "It holds your repositories.", "console:project-create"),
    (
        "Create a robot account",
        "One for each job that logs in. From a shell, roster robot create makes one; Help says how to begin.",
        "robots:robot-create",
    ),
    (
        "Create a token or add a trust",
        "A token is shown once. A trust lets CI jobs and pods in without any secret.",
        "robots:robot-list",
    ),
    ("Create a team", "Its people and robot accounts share what it may do.", "teams:team-create"),
    ("Log in with it", "The first use ticks this off.", ""),
)


def organization_steps(organization: Organization) -> list[Step]:
    """From the first project to the first login."""
    (found,) = what_is_done.ask(organization=organization.pk)
    return [
        Step(label, text, is_done, name and reverse(name, args=[organization.slug]))
        for (label, text, name), is_done in zip(STEPS, found, strict=True)
    ]


# The same inside a project.
PROJECT_STEPS = (
    ("Create a repository", "Or push to one: a registry that tells Roster of it registers it."),
    ("Create a robot account", "It acts in this project and nowhere else."),
    STEPS[2][:2],
    STEPS[4][:2],
)


def project_steps(project: Project) -> list[Step]:
    """From a project's first repository to the first login there."""
    where = [project.organization.slug, project.slug]
    logins = Token.objects.logins().filter(robot__project=project, robot__deleted_at=None)
    there = (
        Repository.objects.filter(project=project),
        Robot.objects.living().filter(project=project),
        logins,
        logins.exclude(last_used_at=NEVER_USED),
    )
    addresses = (
        reverse("console:repository-create", args=where),
        f"{reverse('robots:robot-create', args=where[:1])}?project={project.slug}",
        reverse("robots:project-robots", args=where),
        "",
    )
    return [
        Step(label, text, rows.exists(), url)
        for (label, text), rows, url in zip(PROJECT_STEPS, there, addresses, strict=True)
    ]
