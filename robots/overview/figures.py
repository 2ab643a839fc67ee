"""The figures of an overview: how much of each need there is, where its list is, what was said about it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from console.models import Organization, Project
from console.paging import count_words
from robots.models import NeedAnswer
from robots.overview.answers import (
    ENDING,
    IDLE_ROBOTS,
    LEAKED,
    NeedsOf,
    answers_of,
    holds,
)
from robots.overview.attention import MONTH, NEEDS, Need, counts, counts_in, unused_days_of
from robots.tokens.services.leaks import TOKEN_LEAKED

# Where no policy says after how many days unused tokens are pointed out.
UNUSED_DAYS = 90


@dataclass(slots=True)
class Figure:
    """Something that needs attention, how much of it there is, and what was said about it."""

    key: str
    label: str
    number: int
    note: str
    tone: str
    url: str
    answer: NeedAnswer | None = None
    answer_url: str = ""

    @property
    def count(self) -> str:
        return count_words(self.number)

    @property
    def is_muted(self) -> bool:
        return self.answer is not None and self.answer.is_muted


def figures(organization: Organization, *, sees_events: bool) -> list[Figure]:
    """The figures, each with its list; what is rare stands there only when there is some."""
    days = unused_days_of(organization)
    number = counts(organization, days)
    shown = _of_tokens(organization, number, days)
    if robots := number["ending_robots"]:
        listed = reverse("robots:robot-list", args=[organization.slug])
        note = "robot accounts in 14 days"
        shown.append(Figure(ENDING, "Expiring with all tokens", robots, note, "warning", listed))
    if robots := number["idle_robots"]:
        unused = reverse("robots:robot-list", args=[organization.slug]) + "?sort=used"
        note = "unused robot accounts, by the token policy"
        shown.append(Figure(IDLE_ROBOTS, "Disabled soon", robots, note, "warning", unused))
    if sees_events and number["leaked"]:
        shown.append(_leaked(organization, number["leaked"]))
    return _answered(NeedsOf(organization), shown)


def project_figures(project: Project) -> list[Figure]:
    """The figures of a project's own robot accounts."""
    days = unused_days_of(project.organization)
    shown = _of_tokens(project.organization, counts_in(project, days), days, project)
    return _answered(NeedsOf(project.organization, project), shown)


def figures_of(needs: NeedsOf, *, sees_events: bool) -> list[Figure]:
    """Of an organization, or of a project."""
    if needs.project:
        return project_figures(needs.project)
    return figures(needs.organization, sees_events=sees_events)


def _of_tokens(
    organization: Organization,
    number: dict[str, int],
    days: int | None,
    project: Project | None = None,
) -> list[Figure]:
    return [
        Figure(
            need.key,
            need.label,
            number[need.key],
            need.note.format(days),
            need.tone if number[need.key] else "",
            need_address(organization, need, days, project),
        )
        for need in shown_needs(days)
        if number[need.key] or need.always
    ]


def _leaked(organization: Organization, number: int) -> Figure:
    """The audit log tells who reported them, and where they were found."""
    since = (timezone.now() - MONTH).date()
    query = urlencode({"action": TOKEN_LEAKED, "since": since.isoformat()})
    listed = reverse("console:event-list", args=[organization.slug])
    note = "tokens in 30 days, all ended"
    return Figure(LEAKED, "Leaked", number, note, "danger", f"{listed}?{query}")


def _answered(needs: NeedsOf, shown: list[Figure]) -> list[Figure]:
    """With what was said about each; what is seen to stands out no more."""
    answers = answers_of(needs)
    for figure in shown:
        figure.answer_url = needs.answer_url(figure.key)
        answer = answers.get(figure.key)
        if answer and holds(answer, figure.number):
            figure.answer, figure.tone = answer, ""
    return shown


def shown_needs(days: int | None) -> list[Need]:
    """Those that there are: without a number of days no token is unused."""
    return [need for need in NEEDS.values() if need.key != "unused" or days]


def need_address(
    organization: Organization, need: Need, days: int | None, project: Project | None = None
) -> str:
    """Of the tokens behind a figure: a view of all tokens, or a list that says why."""
    if need.query:
        listed = reverse("robots:token-list", args=[organization.slug])
        query = need.query.format(days or UNUSED_DAYS)
        return listed + query + (f"&project={project.slug}" if project else "")
    listed = reverse("robots:need", args=[organization.slug, need.key])
    return f"{listed}?project={project.slug}" if project else listed
