"""The views of the list of all tokens that people save for themselves."""

from django.core.exceptions import ValidationError

from console.audit.recording import changing, record
from console.errors import Conflict
from console.models import Organization
from console.pasted import SHORT_WORDS, is_secret
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from robots.models import TokenView
from robots.queries.token_filters import BUILT_IN_VIEWS
from teams.models import Membership, User

MOST_VIEWS = 20
TAKEN = {name.lower() for name in (*BUILT_IN_VIEWS, "All tokens")}


def save_token_view(*, actor: User, organization: Organization, name: str, query: str) -> TokenView:
    """Keep the filters of `query` (with its question mark) under a name, for the actor alone."""
    with changing(organization) as chain:
        require(actor, Permission.ORGANIZATION_READ, organization)
        place = Membership.objects.select_related("organization").get(
            organization=organization, user=actor
        )
        view = TokenView(membership=place, name=name.strip(), query=query)
        _refuse(view)
        view.full_clean()
        view.save()
        record(
            chain, actor=actor, action="token-view:saved", target=view, after={"query": view.query}
        )
    return view


def _refuse(view: TokenView) -> None:
    """One that everybody has, one too many, and one that would keep a secret."""
    if view.name.lower() in TAKEN:
        raise ValidationError(
            {"name": "There is a view of this name for everybody. Choose another."}
        )
    if is_secret(view.name) or is_secret(view.query):
        raise ValidationError({"name": SHORT_WORDS})
    if TokenView.objects.filter(membership=view.membership).count() >= MOST_VIEWS:
        words = f"You have {MOST_VIEWS} views, and more do not fit. Remove one first."
        raise ValidationError({"name": words})


def delete_token_view(*, actor: User, view: TokenView) -> None:
    """Forget a view of the actor's own."""
    organization = view.membership.organization
    with changing(organization) as chain:
        own = TokenView.objects.filter(membership__user=actor, pk=view.pk)
        if not own.exists():
            raise Conflict("The view has been removed meanwhile.")
        record(
            chain,
            actor=actor,
            action="token-view:removed",
            target=view,
            before={"query": view.query},
        )
        own.delete()
