"""Who is asking, and the token that they came with."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import NotFound

from console.api.operations import does, shows
from console.api.resources import Api, Resource
from console.api.shapes import Answer
from console.models import Organization
from robots.models import Token
from robots.tokens.api.revealing import Reveals
from robots.tokens.api.shapes import RotatedAnswer, RotationInput, TokenAnswer
from robots.tokens.services.secrets import rotate_token

SHOWN_ORGANIZATIONS = 100
WITHOUT = "You are signed in and came without a token."


class PlaceAnswer(Answer):
    """An organization that the caller belongs to."""

    slug = serializers.CharField()
    name = serializers.CharField()
    role = serializers.CharField(allow_null=True, help_text="A person's; robots have none.")


class OwnTokenAnswer(Answer):
    """The token that the caller came with."""

    access_id = serializers.UUIDField(source="uuid")
    name = serializers.CharField()
    expires_at = serializers.DateTimeField(source="ends_at", allow_null=True)
    permissions = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="`null`: not narrowed."
    )


class MeAnswer(Answer):
    """The caller: a person or a robot."""

    kind = serializers.ChoiceField(["user", "robot"])
    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.EmailField(allow_null=True)
    login_name = serializers.CharField(allow_null=True)
    organization = serializers.CharField(allow_null=True, help_text="A robot's.")
    organizations = PlaceAnswer(many=True)
    token = OwnTokenAnswer(allow_null=True)


class Me(Resource):
    """Who is asking, and with what."""

    @shows(MeAnswer)
    def get(self, request: Api) -> dict[str, Any]:
        actor, is_person = request.user, request.user.actor_kind == "user"
        places = _places(actor, is_person)
        return {
            "kind": actor.actor_kind,
            "id": actor.actor_uuid,
            "name": actor.name,
            "email": actor.email if is_person else None,
            "login_name": None if is_person else actor.login_name,
            "organization": None if is_person else places[0]["slug"],
            "organizations": places,
            "token": _token(request),
        }


class OfOwnToken(Reveals):
    """An address of the token that the caller came with, a robot's or a person's."""

    def find(self, request: Api) -> Token:
        if request.auth is None:
            raise NotFound(WITHOUT)
        named = Token.objects.select_related(
            "user", "robot__organization", "robot__project__organization"
        )
        return named.get(uuid=request.auth.access_id)


class OwnToken(OfOwnToken):
    """The token that the caller came with."""

    @shows(TokenAnswer)
    def get(self, request: Api) -> Token:
        return self.find(request)


class OwnTokenRotation(OfOwnToken):
    """A new secret beside the one that the caller came with. A robot needs `token:rotate` on itself."""

    @does(RotatedAnswer, RotationInput, 201)
    def post(self, request: Api, values: dict[str, Any]) -> Token:
        return self.renew(rotate_token, request, self.find(request), values)


def _places(actor: Any, is_person: bool) -> list[dict[str, Any]]:  # noqa: ANN401 - any actor
    seen = Organization.objects.visible_to(actor).order_by("slug")[:SHOWN_ORGANIZATIONS]
    roles: dict[int, str] = (
        dict(actor.memberships.values_list("organization_id", "role")) if is_person else {}
    )
    return [{"slug": it.slug, "name": it.name, "role": roles.get(it.pk)} for it in seen]


def _token(request: Api) -> Token | None:
    if request.auth is None:
        return None
    found = Token.objects.select_related("robot").get(uuid=request.auth.access_id)
    if found.permissions is not None:
        found.permissions = sorted(found.permissions)
    return found
