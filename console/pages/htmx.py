"""Page or fragment: one template serves both, the request decides."""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from console.forms import is_conflict
from console.http import Request
from console.paging import Page


def page_or_part(
    request: Request, template: str, part: str, context: dict[str, Any], *, invalid: bool = False
) -> HttpResponse:
    """Render `template`, or only its partial `part` when htmx asks to replace the element of that id.

    Boosted requests and restored history get the whole page.
    """
    htmx = request.htmx
    wants_part = htmx and not htmx.boosted and not htmx.history_restore_request
    if wants_part and htmx.target == part:
        page = context.get("page")
        if isinstance(page, Page) and page.is_unread:  # which the whole page says
            return HttpResponse(status=204, headers={"HX-Redirect": request.get_full_path()})
        return render(request, f"{template}#{part}", context)
    return render(request, template, context, status=_status(context, invalid))


def form_page(
    request: Request, template: str, context: dict[str, Any], *, invalid: bool
) -> HttpResponse:
    """A page with a form: 422 when what was sent is not valid, 409 when another change came first."""
    return render(request, template, context, status=_status(context, invalid))


def _status(context: dict[str, Any], invalid: bool) -> int:
    form = context.get("form")
    if invalid and form and is_conflict(form):
        return HTTPStatus.CONFLICT
    return HTTPStatus.UNPROCESSABLE_ENTITY if invalid else HTTPStatus.OK


def page_or_dialog(
    request: Request, template: str, context: dict[str, Any], *, invalid: bool = False
) -> HttpResponse:
    """A question as a page of its own, or its partial `dialog` when htmx puts it into `#dialog`."""
    is_dialog = bool(request.htmx) and request.htmx.target == "dialog"
    part = f"{template}#dialog" if is_dialog else template
    return render(
        request, part, context | {"is_dialog": is_dialog}, status=_status(context, invalid)
    )


def done(request: Request, to: Any) -> HttpResponse:  # noqa: ANN401 - whatever redirect() takes
    """The change is made: go to `to`, for a browser and for htmx."""
    response = redirect(to)
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": response["Location"]})
    return response
