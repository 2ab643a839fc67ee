"""Notices about how a token was used."""

from datetime import timedelta

from console.notices.kinds import TOKEN_SECRET_REUSED, Kind
from console.notices.letters import tell_by_letter
from console.notices.telling import News, told_lately
from robots.models import Token
from robots.queries.recipients import recipients_of
from robots.usage.counters import LastUse

ONCE_IN = timedelta(days=1)


def tell_of_use(kind: Kind, token: Token, used: LastUse, words: str) -> None:
    """Tell those who can do something about the token that it was used so: once a day, under the lock."""
    if told_lately(kind, token.uuid, ONCE_IN):
        return
    use = used.use
    where = f", at {use.address}" if use.address else ""
    _, people = recipients_of(token)
    news = News(
        token,
        f"The token {token} {words}{where}",
        token.get_absolute_url(),
        people,
        {"address": use.address, "verifier": use.verifier},
    )
    tell_by_letter(kind, token.owner.chain_organization, news)


def tell_of_reuse(token: Token, refused: LastUse) -> None:
    """Tell that a secret of the token was tried after its end. What a trust issued by an old rule ends with
    the rule: nobody has to look for it.
    """
    if not token.by_trust:
        tell_of_use(TOKEN_SECRET_REUSED, token, refused, "was tried with a secret that has ended")
