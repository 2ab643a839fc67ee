"""From which networks an organization's robots may come: the form, the preview, the change."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from console.forms import attempt
from console.http import Request
from console.models import Organization
from console.network_modes import LABELS
from console.organizations.views.organizations import settings_tabs
from console.pages.frame import crumbs, in_organization
from console.pages.htmx import done
from robots.accounts.forms.addresses import AddressesForm
from robots.networks.naming import by_the_names_of
from robots.networks.queries import blind_services, logins_of
from robots.networks.services import (
    NetworksChanges,
    apply_changes,
    change_robot_networks,
    may_set_networks,
    require_to_set_networks,
)
from robots.queries.networks import observed_outside, proposals, would_be_refused

NAMES = {"robot_networks": "addresses", "robot_network_mode": "network_mode"}
LABELLED = {"robot_networks": "Networks", "robot_network_mode": "From anywhere else"}


@require_GET
@in_organization("settings")
def robot_networks(request: Request, organization: Organization) -> HttpResponse:
    """The networks; for those who may change them, the form and what they would have refused."""
    return _form_page(request, organization, None)


def _form(organization: Organization, data: QueryDict | None) -> AddressesForm:
    allowed = organization.robot_networks
    return AddressesForm(
        data,
        addresses=allowed,
        network_mode=organization.robot_network_mode,
        proposals=proposals(logins_of(organization), allowed),
    )


def _form_page(
    request: Request, organization: Organization, form: AddressesForm | None, status: int = 200
) -> HttpResponse:
    context = _page(request, organization)
    if may_set_networks(request.viewer, organization):
        context |= {"form": form or _form(organization, None), "observed": None}
        if organization.observes_robots:
            allowed = organization.robot_networks
            context["observed"] = observed_outside(logins_of(organization), allowed)
    template = "robots/networks/robot_networks.html"
    return render(request, template, context, status=status)


def _page(request: Request, organization: Organization) -> dict[str, Any]:
    change = reverse("robots:robot-networks-change", args=[organization.slug])
    return {
        "can_set": may_set_networks(request.viewer, organization),
        "change_url": change,
        "enforce_url": f"{change}?network_mode=enforce",
        "tabs": settings_tabs(request.viewer, organization, "networks"),
        "breadcrumb": crumbs(organization, "Settings"),
    }


@require_http_methods(["GET", "POST"])
@in_organization("settings")
def robot_networks_change(request: Request, organization: Organization) -> HttpResponse:
    """What the networks in the address would refuse; its POST makes them hold."""
    require_to_set_networks(request.viewer, organization)
    sent = request.POST if request.method == "POST" else request.GET
    if request.method == "GET" and not sent:
        return redirect("robots:robot-networks", organization.slug)
    form = _form(organization, sent)
    change = _save if request.method == "POST" else _apply
    after = attempt(form, lambda: change(request, organization, form))
    if after is None:
        return _form_page(request, organization, form, status=422)
    if request.method == "POST":
        messages.success(request, _said(after))
        return done(request, reverse("robots:robot-networks", args=[organization.slug]))
    return _preview(request, organization, after)


def _changes(form: AddressesForm) -> NetworksChanges:
    cleaned = form.cleaned_data
    return {
        "robot_networks": cleaned["addresses"],
        "robot_network_mode": cleaned["network_mode"],
    }


def _save(request: Request, organization: Organization, form: AddressesForm) -> Organization:
    with by_the_names_of(NAMES):
        return change_robot_networks(
            actor=request.user, organization=organization, **_changes(form)
        )


def _apply(request: Request, organization: Organization, form: AddressesForm) -> Organization:
    """The organization as it would be; the page's own stays as it is."""
    after = Organization.objects.get(pk=organization.pk)
    with by_the_names_of(NAMES):
        apply_changes(request.user, after, _changes(form))
    return after


def _said(after: Organization) -> str:
    if not after.robot_networks:
        return "Networks saved. Robot accounts may come from everywhere."
    if after.observes_robots:
        return "Networks saved. They are only observed: they refuse nothing yet."
    return "Networks saved. They hold from now on."


def _preview(request: Request, before: Organization, after: Organization) -> HttpResponse:
    allowed = after.robot_networks
    context = _page(request, before) | {
        "after": after,
        "changes": _differences(before, after),
        "outside": would_be_refused(logins_of(before), allowed),
        "blind": blind_services(before) if allowed else [],
    }
    return render(request, "robots/networks/robot_networks_change.html", context)


def _differences(before: Organization, after: Organization) -> list[tuple[str, str, str]]:
    """Each column that changes, in words, before and after."""
    return [
        (label, _words(name, before), _words(name, after))
        for name, label in LABELLED.items()
        if getattr(before, name) != getattr(after, name)
    ]


def _words(name: str, organization: Organization) -> str:
    if name == "robot_network_mode":
        return LABELS[organization.robot_network_mode].lower()
    return ", ".join(organization.robot_networks.split()) or "from everywhere"
