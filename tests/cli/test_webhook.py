"""`roster webhook`: what it prints, and what is so afterwards."""

import json

import pytest

from console.models import Webhook, WebhookDelivery
from console.webhooks.services.webhooks import create_webhook
from tests.cli.shells import Shell
from tests.conftest import Cast

URL = "https://hooks.example.com/roster"
CREATE = ("webhook", "create", "chat", "--url", URL, "--kind", "token.leaked")


@pytest.fixture
def chat(cast: Cast) -> Webhook:
    minted = create_webhook(
        actor=cast.owner,
        organization=cast.organization,
        name="chat",
        url=URL,
        kinds=["token.leaked", "token.ended"],
    )
    return minted.webhook


def test_create_writes_the_secret_to_a_file(roster: Shell) -> None:
    more = ("--kind", "token.ending", "--description", "Tells the chat.")
    said = roster.good(*CREATE, *more, "--output", "secret.txt")
    assert said == "acme/chat created\n"
    made = Webhook.objects.get()
    assert (made.url, made.kinds) == (URL, ["token.ending", "token.leaked"])
    assert made.description == "Tells the chat."
    file = roster.home / "secret.txt"
    assert file.read_text().startswith("whsec_")
    assert file.stat().st_mode & 0o777 == 0o600


def test_without_a_file_nothing_is_made(roster: Shell) -> None:
    assert "Refusing to emit sensitive output." in roster(*CREATE).error
    assert not Webhook.objects.exists()


def test_what_the_server_refuses_leaves_no_file(roster: Shell) -> None:
    ran = roster("webhook", "create", "chat", "--url", URL, "--kind", "token.sung", "file")
    assert "There is no kind token.sung" in ran.error
    assert not (roster.home / "file").exists()


def test_list_and_get(roster: Shell, chat: Webhook) -> None:
    row = f"chat   active   2       {URL}\n"
    expected = f"NAME   STATE    KINDS   URL\n{row}"
    assert roster.good("webhook", "list") == expected
    assert roster.good("webhook", "get", "chat") == expected
    assert roster.good("webhook", "get", str(chat.uuid)) == expected
    found = json.loads(roster.good("webhook", "get", "chat", "--format", "json"))
    assert found["kinds"] == ["token.ended", "token.leaked"]


def test_none(roster: Shell) -> None:
    assert roster.good("webhook", "list") == "No webhooks found in acme\n"
    assert "could not find webhook pager in acme" in roster("webhook", "get", "pager").error


def test_disable_and_enable(roster: Shell, chat: Webhook) -> None:
    assert roster.good("webhook", "disable", "chat") == "acme/chat disabled\n"
    assert "by hand" in roster.good("webhook", "list")
    assert roster.good("webhook", "enable", "chat") == "acme/chat enabled\n"
    assert Webhook.objects.get().is_active


def test_a_test_and_what_was_sent(roster: Shell, chat: Webhook) -> None:
    assert roster.good("webhook", "messages", "chat") == "Nothing was sent to acme/chat\n"
    assert roster.good("webhook", "test", "chat") == "acme/chat is sent a test\n"
    sent = WebhookDelivery.objects.get()
    assert roster.good("webhook", "messages", "chat").splitlines()[1].split() == [
        *(str(sent.uuid), "webhook.test", "waiting", "0", "-")
    ]


def test_delete(roster: Shell, chat: Webhook) -> None:
    assert roster.good("webhook", "delete", "chat", "--force") == "acme/chat deleted\n"
    assert not Webhook.objects.exists()


def test_another_secret(roster: Shell, chat: Webhook) -> None:
    said = roster.good("webhook", "secret", "create", "chat", "new.txt", "--overlap", "1h")
    assert said == "acme/chat secret created\n"
    assert (roster.home / "new.txt").read_text().startswith("whsec_")
    assert [secret.ends_at is None for secret in chat.secrets.live()] == [True, False]
