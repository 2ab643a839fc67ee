"""Secrets of webhooks and the keyring: they outlive new roots, and no root goes that they need."""

import json

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings
from standardwebhooks import Webhook as Verifier

from console import keyring
from console.models import WebhookSecret
from console.webhooks.sending import send_due
from console.webhooks.services.secrets import create_webhook_secret
from tests.conftest import Cast
from tests.console.outgoing.conftest import Serve
from tests.console.test_keyring_checks import file
from tests.console.webhooks.conftest import Hook, happen

__all__ = ["file"]
pytestmark = pytest.mark.usefixtures("file")


def test_older_roots_sign_beside_newer_ones(cast: Cast, serve: Serve, hook: Hook) -> None:
    server = serve()
    old = hook(server.url())
    keyring.add_root()
    new = create_webhook_secret(actor=cast.owner, webhook=old.webhook)
    assert new.secret.root_number == old.secret.root_number + 1
    happen(cast)
    assert send_due() == 1
    (visit,) = server.visits
    for minted in (old, new):
        Verifier(minted.plaintext.reveal()).verify(visit.body, visit.headers)


def test_a_root_that_a_secret_needs_is_missed(
    cast: Cast, settings: Settings, hook: Hook, serve: Serve
) -> None:
    """Nothing else was made under it."""
    server, path = serve(), settings.ROSTER_KEYRING_FILE
    keyring.add_root()
    hook(server.url())
    number = WebhookSecret.objects.get().root_number
    rows = json.loads(path.read_text())["roots"]
    path.write_text(json.dumps({"roots": [row for row in rows if row["number"] != number]}))
    keyring.forget()
    happen(cast)
    with pytest.raises(ImproperlyConfigured, match=f"root {number} is missing"):
        send_due()
    assert not server.visits
