"""Deleting a token through its page: a question that names it, then it is gone."""

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from console.models import Event
from robots.models import Token
from tests.browsers import text, texts_of
from tests.conftest import Cast
from tests.front import ask, basic

LOGIN = "/service/token?service=registry&scope=repository:acme/payments/api:pull"


def address(cast: Cast) -> str:
    return reverse("robots:token-delete", args=["acme", cast.robot.uuid, cast.token.uuid])


def test_the_question_names_the_token_and_its_last_use(as_owner: Client, cast: Cast) -> None:
    Token.objects.filter(pk=cast.token.pk).update(
        last_used_at=timezone.now(), last_used_address="10.0.0.8"
    )
    page = text(as_owner.get(address(cast)))
    assert "nightly" in page
    assert "10.0.0.8" in page
    assert Token.objects.get(pk=cast.token.pk).revoked_at is None


def test_htmx_gets_the_question_as_a_dialog(as_owner: Client, cast: Cast) -> None:
    part = as_owner.get(address(cast), headers={"HX-Request": "true", "HX-Target": "dialog"})
    assert "<html" not in text(part)
    assert "HX-Request" in part["Vary"]
    assert texts_of(as_owner.get(address(cast)), "h1")


def test_a_deleted_token_is_out_of_every_list_and_logs_in_no_more(
    as_owner: Client, cast: Cast
) -> None:
    credentials = basic(str(cast.token.uuid), cast.secret)
    assert ask(LOGIN, authorization=credentials).status == 200
    response = as_owner.post(address(cast))
    assert (response.status_code, response["Location"]) == (302, cast.robot.get_absolute_url())
    assert ask(LOGIN, authorization=credentials).status == 401
    as_owner.get("/help/")  # shows the message that names it
    assert str(cast.token.uuid) not in text(as_owner.get(cast.robot.get_absolute_url()))
    assert as_owner.get(cast.token.get_absolute_url()).status_code == 404


def test_under_htmx_the_browser_is_sent_to_the_robot(as_owner: Client, cast: Cast) -> None:
    response = as_owner.post(address(cast), headers={"HX-Request": "true", "HX-Target": "dialog"})
    assert (response.status_code, text(response)) == (204, "")
    assert response["HX-Redirect"] == cast.robot.get_absolute_url()


def test_deleting_it_twice_is_a_404_and_one_event(as_owner: Client, cast: Cast) -> None:
    as_owner.post(address(cast))
    assert as_owner.post(address(cast)).status_code == 404
    assert Event.objects.filter(action="token:deleted").count() == 1
