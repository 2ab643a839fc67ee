"""What pages of the whole site have in common: operators alone see them, and one menu leads to them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse

from console.http import Request
from console.pages.context import NavigationItem
from console.reauthentication import take_presence

View = Callable[..., HttpResponseBase]
FRAME = "console/site.html"
# Label, address by name, icon, section.
NAVIGATION = (
    ("Installation", "console:installation", "activity", "installation"),
    ("Jobs", "console:job-list", "repeat", "jobs"),
    ("Outgoing mail", "console:letter-list", "mail", "mail"),
    ("Webhooks", "console:site-webhook-list", "webhook", "webhooks"),
    ("Organizations", "robots:site-organization-list", "building-2", "organizations"),
    ("People", "teams:person-list", "users", "people"),
    ("Keys", "robots:key-list", "key-round", "keys"),
    ("Audit log", "console:site-event-list", "scroll-text", "audit"),
    ("Services", "console:site-service-list", "blocks", "services"),
    ("Scanning partners", "console:partner-list", "scan-search", "partners"),
    ("Django admin", "admin:index", "table-2", "admin"),
)


def operators_only(view: View) -> View:
    """`view` for operators; nobody else learns that it is there. Its services may ask for the password."""

    @wraps(view)
    def found(request: Request, *args: Any, **which: Any) -> HttpResponseBase:
        if not request.user.is_operator:
            raise Http404
        take_presence(request, request)
        return view(request, *args, **which)

    return found


def site_frame(section: str) -> dict[str, Any]:
    """What a page of the site shows around its content."""
    items = [
        NavigationItem(label, reverse(name), icon, own) for label, name, icon, own in NAVIGATION
    ]
    return {"base": FRAME, "section": section, "navigation": items}
