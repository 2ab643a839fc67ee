"""How lists of the API page: by key, as on pages."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from console.paging import COUNT_LIMIT, Page, Reading, page_of


class KeysetPagination(BasePagination):
    """A page of the rows in the view's `ordering`, as long as its query's `limit` says."""

    request: Any
    view: Any
    page: Page[Any]

    def paginate_queryset(
        self,
        queryset: Any,  # noqa: ANN401 - a queryset
        request: Request,
        view: Any = None,  # noqa: ANN401 - a `Resource`
    ) -> list[Any]:
        self.request, self.view = request, view
        size = view.query["limit"]
        self.page = page_of(queryset, view.ordering, Reading(request.GET), ("", ""), size=size)
        return self.get_rows()

    def get_rows(self) -> list[Any]:
        """The page's rows as they are shown."""
        return list(self.page.rows)

    def get_count(self) -> int | None:
        """How many rows there are; `None` beyond what is counted."""
        return self.page.count if self.page.count <= COUNT_LIMIT else None

    def get_next_query(self) -> str:
        """The query of the next page; empty at the end."""
        return self.page.next_url

    def get_paginated_response(self, data: Sequence[Any]) -> Response:
        return Response(
            {
                "results": data,
                "next": self._link(self.get_next_query()),
                "previous": self._link(self.page.previous_url),
                "count": self.get_count(),
            }
        )

    def _link(self, query: str) -> str | None:
        return f"{settings.ROSTER_ORIGIN}{self.request.path}{query}" if query else None

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        name = schema["items"]["$ref"].rpartition("/")[2]
        link = {"type": ["string", "null"]}
        count = f"How many there are; `null` beyond {COUNT_LIMIT:,}."
        return {
            "type": "object",
            "description": f"A page of a list of `{name}`.",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "results": schema,
                "next": link | {"description": "The next page's address."},
                "previous": link,
                "count": {"type": ["integer", "null"], "description": count},
            },
        }
