"""What verifiers remember in this process."""

from robots.verifiers.authentication import logins
from robots.verifiers.oauth.clients import secrets_of_services
from robots.verifiers.services import services

MEMORIES = (logins, secrets_of_services, services)


def forget() -> None:
    """All of it."""
    for memory in MEMORIES:
        memory.forget()
