"""Sending what is done to many tokens at once."""

from typing import Any

from django.test import Client

from robots.models import Token

ADDRESS = "/o/acme/tokens/{}/"
VERBS = ("handover", "extension", "suspension", "resumption", "deletion")


def ids(*tokens: Token) -> list[str]:
    return [str(token.uuid) for token in tokens]


def send(client: Client, verb: str, tokens: list[str], **more: object) -> Any:
    return client.post(ADDRESS.format(verb), {"token": tokens, **more})


def confirm(client: Client, verb: str, tokens: list[str], **more: object) -> Any:
    return send(client, verb, tokens, confirmed="on", **more)
