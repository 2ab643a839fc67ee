"""A form that is refused is not lost: the page about the refusal sends it again, secrets excepted."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from console.errors import error_pages
from console.models import Project
from tests.browsers import browser, text
from tests.conftest import Cast

ORIGIN = "http://testserver"
CSRF = "a" * 32
PROJECTS = "/o/acme/projects/new/"
TYPED = {"slug": "web", "name": "Web & <b>shop</b>", "description": "two\nlines"}


def sent(client: Client, address: str, data: dict[str, Any], origin: str = ORIGIN) -> Any:
    return client.post(address, data, headers={"Origin": origin})


def kept(page: str) -> dict[str, str]:
    """The hidden fields of the page."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return dict(found)


def test_signed_out_meanwhile_it_is_sent_again_after_signing_in(cast: Cast) -> None:
    client = browser()
    answer = sent(client, PROJECTS, TYPED)
    assert answer.status_code == 403
    page = text(answer)
    assert "You are signed out" in page
    assert f'action="{PROJECTS}"' in page
    assert "&lt;b&gt;shop" in page
    assert {name: kept(page)[name] for name in ("slug",)} == {"slug": "web"}
    client.force_login(cast.owner)
    assert sent(client, PROJECTS, TYPED).status_code == 302
    assert Project.objects.get(slug="web").description == "two\nlines"


def test_a_form_that_expired_is_sent_again(cast: Cast) -> None:
    client = browser(cast.owner, enforce_csrf_checks=True)
    client.cookies[settings.CSRF_COOKIE_NAME] = CSRF
    page = text(sent(client, PROJECTS, TYPED | {"csrfmiddlewaretoken": "b" * 32}))
    assert "This form has expired" in page
    token = kept(page)["csrfmiddlewaretoken"]
    assert sent(client, PROJECTS, TYPED | {"csrfmiddlewaretoken": token}).status_code == 302


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil"])
def test_what_another_page_sent_is_not_offered(cast: Cast, origin: str) -> None:
    """Else a click here would send what somebody else made up."""
    client = browser(cast.owner, enforce_csrf_checks=True)
    client.cookies[settings.CSRF_COOKIE_NAME] = CSRF
    page = text(sent(client, PROJECTS, TYPED | {"csrfmiddlewaretoken": CSRF}, origin))
    assert "This form has expired" in page
    assert "Send Again" not in page
    assert sent(browser(), PROJECTS, TYPED, origin).status_code == 302


def test_secrets_are_typed_again(cast: Cast) -> None:
    chosen = "Correct-horse-9-battery"
    address = reverse("robots:token-create", args=["acme", cast.robot.uuid])
    data = {
        "name": "fresh",
        "kind": "own",
        "own_secret": chosen,
        "own_secret_again": chosen,
        "request_key": uuid4(),
    }
    page = text(sent(browser(), address, data))
    assert "but for passwords and secrets" in page
    assert chosen not in page
    assert kept(page).keys() >= {"name", "kind", "request_key"}


def test_a_refusal_and_a_database_that_is_gone_keep_it(cast: Cast, rf: Any) -> None:
    page = text(sent(browser(cast.member), PROJECTS, TYPED))
    assert "You may not do this" in page
    assert "Send Again" in page
    request = rf.post(PROJECTS, TYPED, headers={"Origin": ORIGIN})
    request.user = cast.owner
    answer = error_pages(lambda _: HttpResponse()).process_exception(
        request, OperationalError("gone")
    )
    assert answer is not None
    assert answer.status_code == 503
    assert 'value="web"' in answer.content.decode()


def test_what_cannot_be_read_is_not_offered(cast: Cast) -> None:
    many = {f"field{n}": "" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    assert sent(browser(), PROJECTS, many).status_code == 302
    assert "Send Again" not in text(sent(browser(cast.owner), PROJECTS, many))
