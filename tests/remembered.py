"""What limits and verifiers remember in this process."""

from console.api import throttling
from robots.secrets import secret_throttle
from robots.trusts import issuers
from robots.usage import counters
from robots.verifiers import api_authentication
from robots.verifiers.leaks.answers import reports
from robots.verifiers.oauth.resources import audiences
from robots.verifiers.outcomes import outcomes
from robots.verifiers.service_secrets import secrets_of_services
from robots.verifiers.services import services

MEMORIES = (outcomes, secrets_of_services, services, audiences)
COUNTS = (secret_throttle._wrong, api_authentication._failures, throttling._counted, reports)


def forget_counts() -> None:
    """Let no limit remember what came before."""
    for tally in COUNTS:
        tally.numbers.clear()


def forget() -> None:
    """Let no verifier remember what it has found, nor what it has written of it."""
    counters._written.clear()
    for memory in MEMORIES:
        memory.forget()
    issuers.forget()
