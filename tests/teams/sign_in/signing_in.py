"""Signing in by the form, as tests do it."""

import re
from typing import Any

from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client

from console.mail.outbox import send_due
from tests.browsers import browser, text
from tests.factories import PASSWORD


def sign_in(
    client: Client, email: str = "person@example.com", password: str = PASSWORD, **more: str
) -> Any:
    return client.post("/sign-in/", {"login": email, "password": password} | more)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def refusal(email: str, password: str, address: str = "192.0.2.9") -> tuple[int, list[str]]:
    client = browser(REMOTE_ADDR=address)
    answer = sign_in(client, email, password)
    assert not is_signed_in(client)
    page = re.sub(r'value="[^"]*"', "", text(answer))
    return answer.status_code, re.findall(r"<li>.*?</li>|field-error.*?</p>", page, re.DOTALL)


def mails() -> list[EmailMessage]:
    """What went out once the outbox was emptied; nothing is sent by a page itself."""
    assert mail.outbox == []
    send_due()
    sent: list[EmailMessage] = mail.outbox
    return sent
