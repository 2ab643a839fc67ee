"""What lists of the API can be asked for: filters, and where to go on."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from console.api.serializers import QuerySerializer


class Filters(QuerySerializer):
    """The query of a list. `lookups` are the filters that a column answers: `{"q": "name__has_text"}`."""

    lookups: dict[str, str] = {}

    cursor = serializers.CharField(
        required=False, max_length=2000, help_text="From `next` or `previous` of an answer."
    )
    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=200, default=50, help_text="Rows at once."
    )


class NameField(serializers.CharField):
    """What is called as rows show it; `reads` answers with the one name that the filter looks for."""

    def __init__(self, reads: Callable[[Any, str], str], **options: Any) -> None:
        super().__init__(required=False, **options)
        self.reads = reads

    def to_internal_value(self, data: Any) -> str:  # noqa: ANN401 - the framework's own signature
        text = super().to_internal_value(data)
        try:
            return self.reads(self.context["request"], text)
        except ValidationError as error:
            raise serializers.ValidationError(error.messages) from error


def search_field(help_text: str) -> serializers.CharField:
    """A text to look for: as long as the schema says with its white space, and looked for without."""
    return serializers.CharField(
        required=False, max_length=255, trim_whitespace=False, help_text=help_text
    )


class SearchFilters(Filters):
    """The query of a list that can be searched."""

    q = search_field("Part of a name.")

    def validate_q(self, value: str) -> str:
        return value.strip()


class LookupFilterBackend(BaseFilterBackend):
    """Those rows that fit the `lookups` of the view's query."""

    def filter_queryset(
        self,
        request: Request,
        queryset: QuerySet[Any],
        view: Any,  # noqa: ANN401 - a `Resource`
    ) -> QuerySet[Any]:
        if not view.query_serializer_class:
            return queryset
        lookups = view.query_serializer_class.lookups
        values = {lookups[name]: value for name, value in view.query.items() if name in lookups}
        return queryset.filter(**values)
