"""The page of signing keys and of the keyring's roots, for operators: neither a private part nor a root."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from console.http import Request
from console.pages.site import operators_only, site_frame
from robots.models import SigningKey
from robots.secrets.roots import USERS, roots

# How a state is drawn.
SHAPES = {
    SigningKey.State.CURRENT: "active",
    SigningKey.State.NEXT: "neutral",
    SigningKey.State.RETIRED: "disabled",
    SigningKey.State.WITHDRAWN: "revoked",
}


@require_GET
@operators_only
def key_list(request: Request) -> HttpResponse:
    """Each key and what it does, each root and what is kept under it."""
    keys = SigningKey.objects.order_by("purpose", "-id")
    context = site_frame("keys") | {
        "keys": [(key, SHAPES[SigningKey.State(key.state)]) for key in keys],
        "roots": roots(),
        "users": [name for name, _ in USERS],
    }
    return render(request, "robots/secrets/key_list.html", context)
