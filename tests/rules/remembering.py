"""What verifiers say from memory, beside what the database says."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from console.services.services import create_service, create_service_secret
from robots.secrets import signing_keys
from robots.usage import counters
from robots.verifiers.outcomes import outcomes
from teams.models import User
from tests.front import ask, basic
from tests.interop.api_server import token_review
from tests.robots.verifiers.asking import access
from tests.robots.verifiers.kubernetes.asking import post as review
from tests.robots.verifiers.oauth.asking import post
from tests.rules.model import Place


@contextmanager
def _without_memory() -> Iterator[None]:
    known, outcomes._known = outcomes._known, {}
    try:
        yield
    finally:
        outcomes._known = known


class Remembering:
    """The site's registry, resource server and cluster, which ask about secrets."""

    def __init__(self) -> None:
        signing_keys.forget()  # of a world that is over
        operator = User(email="operator@example.com", is_superuser=True)
        services = {
            kind: create_service(actor=operator, organization=None, kind=kind, name=kind)
            for kind in ("resource", "cluster")
        }
        proofs = {
            kind: create_service_secret(actor=operator, service=service).plaintext.reveal()
            for kind, service in services.items()
        }
        self.server = basic(str(services["resource"].uuid), proofs["resource"])
        self.cluster = f"Bearer {proofs['cluster']}"

    def otherwise(self, secrets: Iterable[str], places: list[Place]) -> list[str]:
        """What the memory says otherwise. It is filled by that, so the next time it has much to forget."""
        asked = _questions(places)
        wrong = []
        for secret in secrets:
            remembered = self._said(secret, asked)
            with _without_memory():
                if self._said(secret, asked) != remembered:
                    wrong.append("a secret is remembered with what is over")
        counters.take()  # it was no use of theirs
        return wrong

    def _said(self, secret: str, asked: list[str]) -> Any:
        """What registry, resource server and cluster are told of it."""
        answers = [ask(path, authorization=f"Bearer {secret}") for path in asked]
        registry = [access(it) if it.status == 200 else it.status for it in answers]
        told = post("introspect", {"token": secret}, self.server)
        reviewed = review(token_review(secret), self.cluster)
        return registry, told.json, reviewed.json


def _questions(places: list[Place]) -> list[str]:
    """Of the token service, for everything in all repositories of one organization and of the other."""
    scopes: dict[str, list[str]] = {}
    for place in places:
        if place.repository:
            scopes.setdefault(place.organization, []).append(f"&scope=repository:{place}:*")
    return [f"/service/token?service=registry{''.join(several)}" for several in scopes.values()]
