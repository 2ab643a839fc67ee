"""A webhook of acme's, and receivers on this machine that Roster may send to."""

from collections.abc import Callable

import pytest
from pytest_django import Settings

from console.models import Webhook
from console.notices.kinds import OF_ORGANIZATION, TOKEN_NEW_ADDRESS
from console.notices.telling import News, tell
from console.webhooks.services.secrets import MintedWebhookSecret
from console.webhooks.services.webhooks import create_webhook
from tests.conftest import Cast
from tests.console.outgoing.conftest import serve
from tests.https import authority

__all__ = ["serve"]
ALL = [kind.name for kind in OF_ORGANIZATION]
Hook = Callable[..., MintedWebhookSecret]


@pytest.fixture(autouse=True)
def _may_send_here(settings: Settings) -> None:
    settings.ROSTER_OUTGOING_NETWORKS = "127.0.0.1 ::1"
    settings.ROSTER_OUTGOING_CA_FILE = authority().file


@pytest.fixture
def hook(cast: Cast) -> Hook:
    """Makes a webhook of acme's at this address."""

    def make(
        url: str = "https://example.com/hooks", name: str = "chat", kinds: list[str] = ALL
    ) -> MintedWebhookSecret:
        return create_webhook(
            actor=cast.owner, organization=cast.organization, name=name, url=url, kinds=kinds
        )

    return make


def present(minted: MintedWebhookSecret) -> Webhook:
    """The webhook as it is now."""
    return Webhook.objects.get(pk=minted.webhook.pk)


def news(cast: Cast) -> News:
    """Of a token of acme's."""
    return News(
        cast.token,
        f"The token {cast.token} was used from a new address, at 192.0.2.7",
        cast.token.get_absolute_url(),
        [cast.owner],
        {"address": "192.0.2.7"},
    )


def happen(cast: Cast) -> None:
    tell(TOKEN_NEW_ADDRESS, cast.organization, news(cast))
