"""Setting up an authenticator app, and removing it."""

from io import BytesIO
from urllib.parse import urlsplit

import qrcode
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from qrcode.image.svg import SvgPathFillImage

from console.forms import attempt, posted
from console.http import Request
from console.pages.htmx import form_page
from console.reauthentication import fresh_sign_in, note_factor_added
from teams.sign_in import codes
from teams.sign_in.forms.factors import AppForm
from teams.sign_in.queries import Kind, factor
from teams.sign_in.services.factors import add_app, remove_factor
from teams.sign_in.views.security import SECTION, added

# What the session keeps until the app has it, too.
SEED = "app_seed"


@never_cache
@require_http_methods(["GET", "POST"])
@fresh_sign_in
def app_add(request: Request) -> HttpResponse:
    """The picture, the key as text, and a field for the first code."""
    if factor(request.user, Kind.TOTP):
        return redirect("teams:security")
    seed: str = request.session.setdefault(SEED, codes.new_seed())
    form = AppForm(posted(request))
    if request.method == "POST":
        made = attempt(form, lambda: _add(request, form, seed))
        if made is not None:
            request.session.pop(SEED)
            return added(request, "Authenticator app", made)
    context = SECTION | {"form": form, "key": codes.in_groups(seed), "link": _link(request, seed)}
    return form_page(request, "teams/sign_in/app_form.html", context, invalid=form.is_bound)


def _add(request: Request, form: AppForm, seed: str) -> list[str]:
    code, keep = form.cleaned_data["code"], request.session.session_key
    made = add_app(actor=request.user, seed=seed, code=code, keep=keep)
    note_factor_added(request)
    return made


def _link(request: Request, seed: str) -> str:
    host = urlsplit(settings.ROSTER_ORIGIN).netloc
    return codes.app_link(seed, f"Roster {host}", request.user.email)


@never_cache
@require_GET
@fresh_sign_in
def app_picture(request: Request) -> HttpResponse:
    """The key as a picture for a telephone's camera; a file, since pages embed none."""
    seed = request.session.get(SEED)
    if seed is None:
        raise Http404
    file = BytesIO()
    qrcode.make(_link(request, seed), image_factory=SvgPathFillImage, border=2).save(file)
    return HttpResponse(file.getvalue(), content_type="image/svg+xml")


@never_cache
@require_http_methods(["GET", "POST"])
@fresh_sign_in
def app_remove(request: Request) -> HttpResponse:
    row = factor(request.user, Kind.TOTP)
    if row is None:
        return redirect("teams:security")
    if request.method == "POST":
        remove_factor(actor=request.user, row=row, keep=request.session.session_key)
        messages.success(request, "Authenticator app removed.")
        return redirect("teams:security")
    context = SECTION | {"thing": "authenticator app", "kind": "App"}
    return render(request, "teams/sign_in/factor_remove.html", context)
