"""What goes in and what comes out: the base of every body and query of the API."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from console.api.problems import NotUnderstood

# How many things a list in a body names at most.
MAX_ITEMS = 100


class StrictSerializer(serializers.Serializer[Any]):
    """What an address reads. A name that is not among its fields is refused (400), not ignored."""

    unknown = "There is no such field."

    def to_internal_value(self, data: Any) -> Any:  # noqa: ANN401 - the framework's own signature
        unknown = set(data) - set(self.fields) if isinstance(data, dict) else set()
        if names := sorted(map(str, unknown)):
            at = "".join(f"{name}." for name in _path(self))
            raise NotUnderstood([{"field": at + name, "message": self.unknown} for name in names])
        return super().to_internal_value(data)


def _path(field: serializers.Field[Any, Any, Any, Any]) -> list[str]:
    """The names of the fields that a serializer stands in, the outermost first."""
    above = _path(field.parent) if field.parent else []
    return [*above, field.field_name] if field.field_name else above


class InputSerializer(StrictSerializer):
    """A body. It reads alone: what its view answers is the view's to say."""

    def to_representation(self, instance: Any) -> Any:  # noqa: ANN401 - the framework's own signature
        return (
            self.context["view"]
            .get_response_serializer_class()(instance, context=self.context)
            .data
        )


class QuerySerializer(StrictSerializer):
    """What stands after the question mark of an address."""

    unknown = "There is no such filter."

    def is_valid(self, *, raise_exception: bool = False) -> bool:
        """Raises `NotUnderstood` for a value that cannot be, as for a name that is not known."""
        is_valid = super().is_valid()
        if raise_exception and not is_valid:
            raise NotUnderstood(
                [
                    {"field": name, "message": str(text)}
                    for name, texts in self.errors.items()
                    for text in texts
                ]
            )
        return is_valid


class StrictCharField(serializers.CharField):
    """Text and nothing that could be written as text: `7` is no name."""

    def to_internal_value(self, data: Any) -> str:  # noqa: ANN401 - the framework's own signature
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictBooleanField(serializers.BooleanField):
    """`true` or `false`, and no words or numbers for them."""

    def to_internal_value(self, data: Any) -> bool:  # noqa: ANN401 - as above
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class StrictIntegerField(serializers.IntegerField):
    """A whole number, and no text of one."""

    def to_internal_value(self, data: Any) -> int:  # noqa: ANN401 - as above
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class MomentField(serializers.DateTimeField):
    """RFC 3339. A day alone is no moment, and a time without an offset is another one elsewhere."""

    words = "Write a moment with its time and offset, such as 2027-01-31T23:59:59Z."
    default_error_messages = {"invalid": words, "overflow": words}

    def enforce_timezone(self, value: datetime) -> datetime:
        if timezone.is_naive(value):
            self.fail("invalid")
        return super().enforce_timezone(value)


class Nothing(InputSerializer):
    """A body that says nothing."""
