"""Who belongs to an organization: the list, roles, removing, leaving."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from console.forms import attempt, posted
from console.http import Request
from console.models import Organization
from console.pages.actions import Action
from console.pages.confirmation import Consequence, confirm
from console.pages.frame import in_organization
from console.pages.htmx import done, page_or_dialog, page_or_part
from console.pages.listing import value_links
from console.pages.reading import read
from console.pages.search import SearchForm
from console.paging import Order, address, capped_count, page_of
from console.permissions.decision import allows, require
from console.permissions.vocabulary import Permission
from teams.grants.access_preview import SHOWN
from teams.members.alone import behind, held_alone
from teams.members.factors import FACTORS, sees_factors, with_factors
from teams.members.forms import ORGANIZATION_ROLES, MemberFilterForm, RoleForm
from teams.members.queries import find_member, may_invite, pending_invitations, people_of
from teams.members.rights import require_over_member
from teams.members.services import (
    change_member_role,
    is_last_owner,
    leave,
    remove_member,
)
from teams.members.views.frame import users_crumbs, users_page
from teams.members.views.menus import MemberMenus, invitation_rows
from teams.models import Membership, Team, TeamMember, UserGrant

SHOWN_TEAMS, SHOWN_INVITATIONS = 2, 5


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member in the list, with those of their teams that the viewer may see."""

    membership: Membership
    teams: list[Team]
    is_self: bool
    menu: list[Action]

    @property
    def shown(self) -> list[Team]:
        return self.teams[:SHOWN_TEAMS]

    @property
    def more(self) -> int:
        return len(self.teams) - len(self.shown)


@require_GET
@in_organization("users")
def member_list(request: Request, organization: Organization) -> HttpResponse:
    require(request.viewer, Permission.MEMBER_READ, organization)
    sees = sees_factors(request.viewer, organization)
    reading = read(request, (MemberFilterForm if sees else SearchForm)(request.GET))
    people, wanted = people_of(organization, reading.text), reading.wanted.get("factor", "")
    found = with_factors(people, wanted) if sees else people
    page = page_of(found, Order("label"), reading, ("person", "people"))
    context = users_page(request, "Members") | _invited(request) | _factor_filter(request, wanted)
    context |= {
        "page": page,
        "rows": _rows(request, page.rows),
        "q": reading.text,
        "sees_factors": sees,
        "search_url": request.path + address(request.GET, q="", cursor="").rstrip("?"),
    }
    return page_or_part(request, "teams/members/member_list.html", "member-table", context)


def _factor_filter(request: Request, wanted: str) -> dict[str, object]:
    """The choice of a second factor above the list."""
    return {
        "factor": wanted,
        "factor_links": value_links(request.GET, "factor", {"": "Any"} | FACTORS),
        "factor_words": FACTORS.get(wanted, ""),
    }


def _invited(request: Request) -> dict[str, object]:
    """The invitations that were sent last, for who may invite: they stand above the members."""
    if not may_invite(request.viewer, request.organization):
        return {"invited": [], "invited_count": 0}
    pending = pending_invitations(request.viewer, request.organization).order_by("-sent_at", "-id")
    return {
        "invited": invitation_rows(request, pending[:SHOWN_INVITATIONS]),
        "invited_count": capped_count(pending),
    }


def _rows(request: Request, people: Sequence[Membership]) -> list[MemberRow]:
    seen = Team.objects.visible_to(request.viewer, request.organization)
    places = TeamMember.objects.filter(user__in=[person.user_id for person in people])
    teams: dict[int, list[Team]] = defaultdict(list)
    for place in places.filter(team__in=seen).select_related("team").order_by("team__name"):
        teams[place.user_id].append(place.team)
    menus = MemberMenus(request)
    return [
        MemberRow(
            person, teams[person.user_id], person.user_id == request.user.pk, menus.of(person)
        )
        for person in people
    ]


@require_http_methods(["GET", "POST"])
@in_organization("users")
def member_role(request: Request, organization: Organization, member: UUID) -> HttpResponse:
    found = find_member(organization, member)
    require_over_member(request.viewer, Permission.MEMBER_UPDATE, found)
    form = RoleForm(
        posted(request),
        choices=ORGANIZATION_ROLES,
        present=found.role,
    )
    back = reverse("teams:member-list", args=[organization.slug])
    if request.method == "POST" and (words := attempt(form, lambda: _change(request, found, form))):
        messages.success(request, words)
        return done(request, back)
    context = {
        "form": form,
        "team": None,
        "person": found.user,
        "back": back,
        "is_last_owner": is_last_owner(found),
        "breadcrumb": users_crumbs(organization, f"Role of {found.user.display_name}"),
    }
    return page_or_dialog(request, "teams/members/role_form.html", context, invalid=form.is_bound)


def _change(request: Request, membership: Membership, form: RoleForm) -> str:
    """Who is what now, in words."""
    role = form.cleaned_data["role"]
    changed = change_member_role(actor=request.user, membership=membership, role=role)
    return f"{changed.user.display_name} is {changed.get_role_display().lower()} now."


@require_http_methods(["GET", "POST"])
@in_organization("users")
def member_remove(request: Request, organization: Organization, member: UUID) -> HttpResponse:
    """What the person loses; then they are out."""
    found = find_member(organization, member)
    require(request.viewer, Permission.MEMBER_DELETE, organization)
    if found.user_id == request.user.pk:
        return redirect("teams:member-leave", organization.slug)
    require_over_member(request.viewer, Permission.MEMBER_DELETE, found)
    consequence = Consequence(
        lambda: remove_member(actor=request.user, membership=found),
        f"{found.user.display_name} is removed from {organization.name}.",
        reverse("robots:departure", args=[organization.slug, found.user.uuid]),
    )
    return _question(request, found, f"Remove {found.user.display_name}", consequence)


@require_http_methods(["GET", "POST"])
@in_organization("users")
def member_leave(request: Request, organization: Organization) -> HttpResponse:
    """What one loses oneself; then one is out."""
    found = get_object_or_404(
        Membership.objects.select_related("user", "organization"),
        organization=organization,
        user=request.user.pk,
    )
    consequence = Consequence(
        lambda: leave(actor=request.user, membership=found),
        f"You have left {organization.name}.",
        "teams:personal-account",
    )
    return _question(request, found, "Leave", consequence)


def _question(
    request: Request, membership: Membership, title: str, consequence: Consequence
) -> HttpResponse:
    crumbs = {"breadcrumb": users_crumbs(request.organization, title)}
    context = _ending(request, membership) | crumbs
    return confirm(request, "teams/members/member_end.html", context, consequence)


def _ending(request: Request, membership: Membership) -> dict[str, object]:
    """What ends with a membership, as far as the viewer may see it."""
    is_self = membership.user_id == request.user.pk
    seen = Team.objects.visible_to(request.viewer, membership.organization)
    grants = UserGrant.objects.filter(
        user=membership.user, organization=membership.organization
    ).with_names()
    may_read = is_self or allows(request.viewer, Permission.GRANT_READ, membership.organization)
    teams, held = seen.filter(members__user=membership.user), grants if may_read else grants.none()
    return {
        "membership": membership,
        "is_self": is_self,
        "is_last_owner": is_last_owner(membership),
        "teams": list(teams[:SHOWN]),
        "grants": list(held[:SHOWN]),
        "more": sum(max(0, rows.count() - SHOWN) for rows in (teams, held)),
        **_left_behind(request, membership),
        "back": reverse("teams:member-list", args=[membership.organization.slug]),
    }


def _left_behind(request: Request, membership: Membership) -> dict[str, object]:
    """What is to be done afterwards, in numbers; the page about it names each."""
    where = [membership.organization.slug, membership.user.uuid]
    may_see = allows(request.viewer, Permission.MEMBER_DELETE, membership.organization)
    return {
        "alone": [kind for kind in _numbers(membership) if kind[1]],
        "seen": behind().tokens_seen(membership),
        "personal_tokens": behind().personal_tokens(membership),
        "left_behind_url": reverse("robots:departure", args=where) if may_see else "",
    }


def _numbers(membership: Membership) -> list[tuple[str, int]]:
    words = {"teams": "team", "projects": "project", "robots": "robot account"}
    return [(words[kind], rows.count()) for kind, rows in held_alone(membership).kinds()]
