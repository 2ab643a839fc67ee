"""V14: where data may lie besides the database."""

import re

import pytest
from django.conf import settings

from tests.browsers import browser, text
from tests.checklist.answers import Answer
from tests.conftest import Cast
from tests.front import ask

FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL)
LINK = re.compile(r'(?:href|src|hx-get|action)="([^"]*)"')
# What looks like a secret of ours or like a key: 32 digits that are no UUID and no file's hash.
SECRET = re.compile(
    r"(?:rbt|rsv)_[0-9A-Za-z]{30}|eyJ[\w-]{20,}\.|(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])"
)
KEPT = {
    "/.well-known/jwks.json",
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
}


def test_no_secret_stands_in_an_address(answers: list[Answer], cast: Cast) -> None:
    """V14.2.1: no form with a password or secret is sent by GET, no link or redirect has one."""
    pages = [it for it in answers if it.kind == "text/html"]
    for answer in pages:
        page = answer.body.decode()
        for form in FORM.findall(page):
            if re.search(r'type="password"|name="[^"]*(?:secret|password)"', form):
                assert 'method="post"' in form.partition(">")[0], answer.where
        assert [link for link in LINK.findall(page) if SECRET.search(link)] == [], answer.where
        assert not SECRET.search(answer.headers.get("location", "")), answer.where


def test_what_is_pasted_into_an_address_opens_nothing_and_goes(cast: Cast) -> None:
    """V14.2.1: a secret in a query is no login; a page leads to the address without it."""
    for name in ("token", "access_token", "key", "secret"):
        assert browser().get(f"/api/v1/me/?{name}={cast.secret}").status_code in {400, 401}
        assert ask(f"/service/token?service=registry&{name}={cast.secret}").status == 401
    led = browser(cast.owner).get(f"/o/acme/robots/?q={cast.secret}&sort=name")
    assert led["Location"] == "/o/acme/robots/?sort=name"


def test_no_cache_between_keeps_what_is_secret(answers: list[Answer]) -> None:
    """V14.2.2: but for what anybody may have, every answer is for its client alone and not to be kept."""
    for answer in answers:
        said, path = answer.headers["cache-control"], answer.where.partition(" ")[2]
        if "no-store" not in said:
            is_published = path in KEPT or answer.where.startswith("the file ")
            assert is_published, (answer.where, said)
            assert not answer.headers.get("set-cookie")


@pytest.mark.parametrize("path", ["/sign-out/", "/account/sessions/end/"])
def test_a_browser_forgets_when_the_session_ends(cast: Cast, path: str) -> None:
    """V14.3.1: with the answer that ends it, and with the next one after it is over."""
    client = browser(cast.owner, confirmed=True)
    assert "Clear-Site-Data" not in client.get("/account/").headers
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.post(path)["Clear-Site-Data"] == '"cache"'
    late = browser()
    late.cookies[settings.SESSION_COOKIE_NAME] = key
    assert late.get("/account/")["Clear-Site-Data"] == '"cache"'


def test_browsers_keep_no_page_of_somebodys(answers: list[Answer]) -> None:
    """V14.3.2: `no-store` on everything that somebody who is signed in gets."""
    signed_in = [it for it in answers if it.session]
    assert len(signed_in) > 500
    assert [it.where for it in signed_in if "no-store" not in it.headers["cache-control"]] == []


def test_no_page_is_kept_by_scripts(cast: Cast) -> None:
    """V14.3.1: htmx keeps no snapshot of a page in the browser's storage."""
    assert '"historyCacheSize": 0' in text(browser(cast.owner).get("/o/acme/"))
