"""What goes in and what comes out: the base of every body and query of the API."""

import functools
from datetime import datetime
from typing import Any

from rest_framework import serializers

from console.api.problems import NotUnderstood

# How many things a list in a body names at most.
MOST = 100


class Answer(serializers.Serializer[Any]):
    """What an address answers; read only."""


class Input(serializers.Serializer[Any]):
    """What an address takes. A name that is not among its fields is refused (400), not ignored."""

    def to_internal_value(self, data: Any) -> Any:  # noqa: ANN401 - the framework's own signature
        if isinstance(data, dict):
            refuse_unknown(set(data) - set(self.fields), "There is no such field.")
        return super().to_internal_value(data)


class Query(serializers.Serializer[Any]):
    """What stands after the question mark of an address."""

    def wanted(self) -> dict[str, Any]:
        """What was asked for. Raises `NotUnderstood` for a filter or value that cannot be."""
        refuse_unknown(set(self.initial_data) - set(self.fields), "There is no such filter.")
        if not self.is_valid():
            raise NotUnderstood(
                [
                    {"field": name, "message": str(text)}
                    for name, texts in self.errors.items()
                    for text in texts
                ]
            )
        found: dict[str, Any] = self.validated_data
        return found


class Filters(Query):
    """The query of a list."""

    cursor = serializers.CharField(
        required=False, max_length=2000, help_text="From `next` or `previous` of an answer."
    )
    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=200, default=50, help_text="Rows at once."
    )


class SearchFilters(Filters):
    """The query of a list that can be searched."""

    q = serializers.CharField(required=False, max_length=255, help_text="Part of a name.")


class Text(serializers.CharField):
    """Text and nothing that could be written as text: `7` is no name."""

    def to_internal_value(self, data: Any) -> str:  # noqa: ANN401 - the framework's own signature
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """`true` or `false`, and no words or numbers for them."""

    def to_internal_value(self, data: Any) -> bool:  # noqa: ANN401 - as above
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Number(serializers.IntegerField):
    """A whole number, and no text of one."""

    def to_internal_value(self, data: Any) -> int:  # noqa: ANN401 - as above
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class Nothing(Input):
    """A body that says nothing."""


def moment(at: datetime | None) -> str | None:
    """A moment as every answer writes it."""
    return None if at is None else serializers.DateTimeField().to_representation(at)


def refuse_unknown(names: set[str], message: str) -> None:
    """Raise `NotUnderstood` if there are any `names`."""
    if names:
        raise NotUnderstood(
            [{"field": str(name), "message": message} for name in sorted(names, key=str)]
        )


@functools.cache
def page_shape(answer: type[Answer]) -> type[Answer]:
    """A page of `answer`s, as the schema has it."""
    name = answer.__name__.removesuffix("Answer")
    fields = {
        "results": answer(many=True),
        "next": serializers.CharField(allow_null=True, help_text="The next page's address."),
        "previous": serializers.CharField(allow_null=True),
        "count": serializers.IntegerField(
            allow_null=True, help_text="How many there are; `null` beyond 10,000."
        ),
        "__doc__": f"A page of a list of `{name}`.",
    }
    return type(f"{name}PageAnswer", (Answer,), fields)
