"""The life of a robot account in the browser, with scripts and without."""

import base64
import json
import re
import time

import pytest
import yaml
from django.conf import settings
from playwright.sync_api import Page, expect

from console.permissions.vocabulary import TICKABLE
from console.sessions import SessionStore
from robots.accounts.services.robots import GrantRequest, create_robot
from teams.models import User
from tests.conftest import Cast
from tests.e2e import steps
from tests.e2e.conftest import NewContext
from tests.e2e.watching import sign_in
from tests.factories import PASSWORD

LOGIN = "robot_acme.payments+builder"
HAPPENED = [
    "robot:deleted",
    "token:deleted",
    "robot:enabled",
    "robot:disabled",
    "token:created",
    "robot:created",
]


@pytest.fixture
def page(new_context: NewContext, scripts: bool) -> Page:
    return new_context(java_script_enabled=scripts).new_page()


@pytest.fixture
def owner(cast: Cast) -> User:
    cast.owner.set_password(PASSWORD)
    cast.owner.save()
    return cast.owner


def let_an_hour_pass(page: Page) -> None:
    """For the browser's session: the last password lies an hour back."""
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    session = SessionStore(cookies[settings.SESSION_COOKIE_NAME])
    for proof in session["account_authentication_methods"]:
        proof["at"] = time.time() - 3600
    session.save()


def test_a_robot_account_lives_and_leaves_a_trail(page: Page, owner: User) -> None:
    steps.sign_in_by_form(page, owner.email)
    steps.open_robots(page)
    steps.create_robot(page, "builder")
    steps.said(page, "Robot account builder created.")
    steps.create_token(page, "release")
    revealed = steps.read_reveal(page)
    assert revealed.login_name == LOGIN
    steps.link(page, "builder").click()
    expect(page.get_by_role("row", name="release")).to_contain_text(revealed.access_id)
    steps.choose_action(page, "Disable")
    steps.said(page, "builder is disabled.")
    steps.choose_action(page, "Enable")
    steps.said(page, "builder is enabled.")
    steps.delete_token(page, "release")
    let_an_hour_pass(page)
    steps.delete_robot(page, "builder")
    assert newest_events(page, len(HAPPENED)) == HAPPENED


def newest_events(page: Page, count: int) -> list[str]:
    steps.link(page, "Audit log").click()
    steps.heading(page, "Audit log")
    return page.get_by_role("row").locator("td[data-label=Action]").all_inner_texts()[:count]


@pytest.fixture
def reveal(page: Page, cast: Cast, base_url: str) -> steps.Revealed:
    """The page of a new token's secret; what comes before it is walked above."""
    given = [GrantRequest(cast.project, frozenset(TICKABLE))]
    robot = create_robot(
        actor=cast.owner,
        organization=cast.organization,
        project=cast.project,
        name="builder",
        grants=given,
    )
    sign_in(page.context, cast.owner, base_url)
    page.goto(robot.get_absolute_url())
    steps.create_token(page, "release")
    return steps.read_reveal(page)


def test_the_token_is_shown_with_its_two_user_names(reveal: steps.Revealed) -> None:
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", reveal.access_id)
    assert reveal.login_name == LOGIN
    assert re.fullmatch(r"eyJ[\w-]+\.[\w-]+\.[\w-]+", reveal.secret)


def test_json_is_one_line_of_access_id_and_token(page: Page, reveal: steps.Revealed) -> None:
    text = steps.download(page, "", "payments.builder-release.json")
    assert text == f'{{"accessId":"{reveal.access_id}","token":"{reveal.secret}"}}'


def credentials(config: str) -> str:
    (login,) = json.loads(config)["auths"].values()
    return base64.b64decode(login["auth"]).decode()


def test_docker_config_holds_login_name_and_secret(page: Page, reveal: steps.Revealed) -> None:
    config = steps.download(page, "Docker", "config.json")
    assert credentials(config) == f"{LOGIN}:{reveal.secret}"


def test_kubernetes_secret_holds_the_docker_config(page: Page, reveal: steps.Revealed) -> None:
    page.locator("summary", has_text="Kubernetes").click()
    page.get_by_label("Namespace").fill("ci")
    text = steps.download(page, "Kubernetes", "payments.builder-pull-secret.yaml")
    document = yaml.safe_load(text)
    config = base64.b64decode(document["data"][".dockerconfigjson"]).decode()
    assert document["metadata"] == {"name": "payments.builder-pull-secret", "namespace": "ci"}
    assert credentials(config) == f"{LOGIN}:{reveal.secret}"


def test_harbor_json_holds_login_name_and_secret(page: Page, reveal: steps.Revealed) -> None:
    document = json.loads(steps.download(page, "Harbor", f"{LOGIN}.json"))
    assert (document["name"], document["secret"]) == (LOGIN, reveal.secret)


@pytest.mark.parametrize("scripts", [True], indirect=True)
def test_copy_puts_the_secret_on_the_clipboard(page: Page, reveal: steps.Revealed) -> None:
    steps.button(page, "Copy Token").click()
    steps.said(page, "Copied")
    assert page.evaluate("navigator.clipboard.readText()") == reveal.secret


@pytest.mark.parametrize("scripts", [False], indirect=True)
def test_buttons_that_need_scripts_are_not_offered_without(
    page: Page, reveal: steps.Revealed
) -> None:
    expect(steps.button(page, "Copy Token")).to_be_hidden()
    expect(page.get_by_role("button", name="Download JSON")).to_be_visible()
