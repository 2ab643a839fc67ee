"""The trusts of a robot."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from console.http import Request
from console.pages.actions import Action, Column
from console.pages.htmx import page_or_part
from console.pages.reading import read
from console.paging import Order, page_of
from console.permissions.decision import allows
from console.permissions.vocabulary import Permission
from robots.accounts.views.frame import robot_page
from robots.models import Robot, Trust
from robots.trusts.guides import GUIDES
from robots.trusts.queries import seen_trusts, with_last_use
from robots.trusts.views.frame import of_robot, offered, trust_crumbs, trust_menu

COLUMNS = (
    Column("Trust"),
    Column("State"),
    Column("Lets in"),
    Column("Expires"),
    Column("Last used"),
    Column("Actions", "menu"),
)


@dataclass(frozen=True, slots=True)
class TrustRow:
    """A trust in the list."""

    trust: Trust
    menu: list[Action]

    @property
    def icon(self) -> str:
        return GUIDES[self.trust.preset].icon

    @property
    def rule(self) -> str:
        """Who is let in, in one line."""
        return ", ".join(map(str, self.trust.rules))

    @property
    def subject(self) -> str:
        """Whose token it took last, if that is known."""
        last = getattr(self.trust, "last_use", None) or {}
        return str(last.get("subject") or "")


@require_GET
@of_robot()
def trust_list(request: Request, robot: Robot) -> HttpResponse:
    found = with_last_use(request, robot, seen_trusts(request, robot))
    page = page_of(found, Order("id", descending=True), read(request), ("trust", "trusts"))
    may = offered(request, robot)
    for trust in page.rows:
        trust.token.robot = robot
    context = robot_page(request, robot, "trusts") | {
        "page": page,
        "columns": COLUMNS,
        "rows": [TrustRow(trust, trust_menu(trust, may)) for trust in page.rows],
        "buttons": _buttons(request, robot, has_any=bool(page.count)),
        "sees_trusts": allows(request.viewer, Permission.TRUST_READ, robot),
        "breadcrumb": trust_crumbs(robot),
    }
    return page_or_part(request, "robots/trusts/trust_list.html", "trust-table", context)


def _buttons(request: Request, robot: Robot, *, has_any: bool) -> list[Action]:
    where = [robot.organization.slug, robot.uuid]
    buttons = []
    if has_any:
        trial = reverse("robots:trusts-trial", args=where)
        buttons.append(Action("Try a Token", trial, "flask-conical"))
    if allows(request.viewer, Permission.TRUST_CREATE, robot):
        create = reverse("robots:trust-presets", args=where)
        buttons.append(Action("Add Trust", create, "plus", "primary"))
    return buttons
