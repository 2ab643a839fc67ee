"""A list of tokens of several robots: what each row tells, in a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from console.http import Visit
from robots.base.credentials import Kind
from robots.base.states import State
from robots.models import Robot, Secret, Token
from robots.models.tokens import TokenQuerySet
from robots.queries.token_filters import TOKEN_KINDS, WITHOUT


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token in the list, and its live secrets, the newest first."""

    token: Token
    secrets: list[Secret]

    @property
    def kind(self) -> str:
        """Of the newest secret."""
        return self.secrets[0].kind if self.secrets else WITHOUT

    @property
    def kind_words(self) -> str:
        return TOKEN_KINDS[self.kind]

    @property
    def is_rotating(self) -> bool:
        return len(self.secrets) > 1

    @property
    def seen_by(self) -> list[str]:
        """Who saw each secret, in words; those of two secrets once."""
        return list(dict.fromkeys(map(seen_by_words, self.secrets)))

    @property
    def is_stopped_by_robot(self) -> bool:
        """Whether it is active itself, and lets nobody in because its robot is disabled."""
        disabled = self.token.of_robot.state == State.DISABLED
        return disabled and self.token.state == State.ACTIVE


def seen_by_words(secret: Secret) -> str:
    """Who saw a secret; of one that a link gave away only whose link it was is known."""
    if secret.by_link:
        return f"whoever opened the link of {secret.by_link.maker.email}"
    if secret.handed_over_at is None:
        return "nobody yet"
    return f"{secret.created_by}, who chose it" if secret.kind == Kind.OWN else secret.created_by


def with_rows(tokens: TokenQuerySet) -> TokenQuerySet:
    """With what rows need. Nothing is joined: SQLite's planner would leave the index of the order."""
    live = Secret.objects.live().select_related("handover__maker")
    robots = Robot.objects.select_related("project")
    return tokens.prefetch_related(
        Prefetch("robot", queryset=robots), Prefetch("secrets", queryset=live, to_attr="live")
    )


def token_rows(request: Visit, tokens: Iterable[Token]) -> list[TokenRow]:
    """Each token of `with_rows` as a row."""
    found = []
    for token in tokens:
        token.of_robot.organization = request.organization
        found.append(TokenRow(token, token.live))  # type: ignore[attr-defined] # of `with_rows`
    return found
