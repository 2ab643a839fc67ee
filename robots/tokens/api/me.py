"""Who is asking, and the token that they came with."""

from typing import Any

from rest_framework import generics, serializers
from rest_framework.exceptions import NotFound

from console.api.generics import ApiRequest, Resource
from console.models import Organization
from robots.models import Token
from robots.tokens.api.revealing import Reveals, Rotation
from robots.tokens.api.shapes import TokenSerializer

SHOWN_ORGANIZATIONS = 100
WITHOUT = "You are signed in and came without a token."


class PlaceSerializer(serializers.Serializer[Any]):
    """An organization that the caller belongs to."""

    slug = serializers.CharField()
    name = serializers.CharField()
    role = serializers.CharField(allow_null=True, help_text="A person's; robots have none.")


class OwnTokenSerializer(serializers.Serializer[Any]):
    """The token that the caller came with."""

    access_id = serializers.UUIDField(source="uuid")
    name = serializers.CharField()
    expires_at = serializers.DateTimeField(source="ends_at", allow_null=True)
    permissions = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="`null`: not narrowed."
    )


class MeSerializer(serializers.Serializer[Any]):
    """The caller: a person or a robot."""

    kind = serializers.ChoiceField(["user", "robot"])
    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.EmailField(allow_null=True)
    login_name = serializers.CharField(allow_null=True)
    organization = serializers.CharField(allow_null=True, help_text="A robot's.")
    organizations = PlaceSerializer(many=True)
    token = OwnTokenSerializer(allow_null=True)


class Me(Resource, generics.RetrieveAPIView[Any]):
    """Who is asking, and with what."""

    serializer_class = MeSerializer

    def get_object(self) -> dict[str, Any]:
        actor = self.request.user
        is_person = actor.actor_kind == "user"
        places = _places(actor, is_person)
        return {
            "kind": actor.actor_kind,
            "id": actor.actor_uuid,
            "name": actor.name,
            "email": actor.email if is_person else None,
            "login_name": None if is_person else actor.login_name,
            "organization": None if is_person else places[0]["slug"],
            "organizations": places,
            "token": _token(self.request),
        }


class _CallersToken(Reveals):
    """An address of the token that the caller came with, a robot's or a person's."""

    def get_object(self) -> Token:
        if self.request.auth is None:
            raise NotFound(WITHOUT)
        named = Token.objects.select_related(
            "user", "robot__organization", "robot__project__organization"
        )
        return named.get(uuid=self.request.auth.access_id)


class OwnToken(_CallersToken, generics.RetrieveAPIView[Token]):
    """The token that the caller came with."""

    serializer_class = TokenSerializer


class OwnTokenRotation(Rotation, _CallersToken):
    """A new secret beside the one that the caller came with. A robot needs `token:renew-self`."""


def _places(actor: Any, is_person: bool) -> list[dict[str, Any]]:  # noqa: ANN401 - any actor
    seen = Organization.objects.visible_to(actor).order_by("slug")[:SHOWN_ORGANIZATIONS]
    roles: dict[int, str] = (
        dict(actor.memberships.values_list("organization_id", "role")) if is_person else {}
    )
    return [{"slug": it.slug, "name": it.name, "role": roles.get(it.pk)} for it in seen]


def _token(request: ApiRequest) -> Token | None:
    if request.auth is None:
        return None
    found = Token.objects.select_related("robot").get(uuid=request.auth.access_id)
    if found.permissions is not None:
        found.permissions = sorted(found.permissions)
    return found
