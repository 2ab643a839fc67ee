"""Disabling a robot's token and enabling it again, on its page."""

from django.test import Client

from console.models import Event
from console.permissions.vocabulary import Permission
from robots.base.states import State
from robots.models import Token
from robots.tokens.services.suspension import disable_token
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.test_reading import holding


def test_a_robots_token_is_disabled_and_enabled_on_its_page(as_owner: Client, cast: Cast) -> None:
    page = cast.token.get_absolute_url()
    assert "Disable Token" in text(as_owner.get(page))
    answer = as_owner.post(cast.token.address("token-disable"), follow=True)
    assert "Its next login is refused." in text(answer)
    assert "Enable Token" in text(answer)
    assert Token.objects.get(pk=cast.token.pk).state == State.DISABLED
    as_owner.post(cast.token.address("token-enable"))
    assert Token.objects.get(pk=cast.token.pk).state == State.ACTIVE
    actions = Event.objects.order_by("-id").values_list("action", flat=True)[:2]
    assert list(actions) == ["token:enabled", "token:disabled"]


def test_the_switch_is_not_offered_to_who_may_not_change_it(cast: Cast) -> None:
    holding(cast, set(Permission) - {Permission.TOKEN_UPDATE})
    disable_token(actor=cast.owner, token=cast.token)
    page = text(browser(cast.member).get(cast.token.get_absolute_url()))
    assert "Enable Token" not in page
