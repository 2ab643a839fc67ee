"""The bell through the API: what a person was told, and marking it as read."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import generics, serializers
from rest_framework.mixins import UpdateModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.filters import Filters
from console.api.generics import Resource, ValidatedBody
from console.api.serializers import InputSerializer, Nothing
from console.models import NoticeReader, Organization
from console.notices.kinds import KINDS
from console.notices.queries import readings_of, require_bell, require_to_mark
from console.notices.services import mark_all_read, mark_read
from console.organizations.queries import NOT_FOUND
from console.paging import Order


class NoticeSubjectSerializer(serializers.Serializer[Any]):
    """What a notice is about, as it was called then."""

    kind = serializers.CharField(source="subject_kind")
    id = serializers.UUIDField(source="subject_uuid", allow_null=True)
    name = serializers.CharField(source="subject_label")


class NoticeSerializer(serializers.Serializer[Any]):
    """A notice under the caller's bell."""

    id = serializers.UUIDField(source="notice.uuid")
    kind = serializers.CharField(source="notice.kind")
    organization = serializers.CharField(
        source="notice.organization.slug",
        default=None,
        allow_null=True,
        help_text="`null`: about one's own account, or the installation.",
    )
    title = serializers.CharField(source="notice.title", help_text="What happened, in a sentence.")
    url = serializers.SerializerMethodField(help_text="Where the console shows it; may be empty.")
    subject = NoticeSubjectSerializer(source="notice")
    created_at = serializers.DateTimeField(source="notice.created_at")
    read_at = serializers.DateTimeField(allow_null=True)

    def get_url(self, reading: NoticeReader) -> str:
        path = reading.notice.path
        return f"{settings.ROSTER_ORIGIN}{path}" if path else ""


class NoticeFilters(Filters):
    """Which notices."""

    lookups = {"organization": "notice__organization__slug", "kind": "notice__kind"}

    unread = serializers.BooleanField(
        required=False, help_text="Those that are unread, or with `false` those that are read."
    )
    organization = serializers.CharField(
        required=False, help_text="About the organization of this slug."
    )
    kind = serializers.ChoiceField(list(KINDS), required=False)

    def validate_organization(self, slug: str) -> str:
        seen = Organization.objects.visible_to(self.context["request"].user)
        if not seen.filter(slug=slug).exists():
            raise serializers.ValidationError(NOT_FOUND)
        return slug


class ReadingInput(InputSerializer):
    """Up to which notice the caller has read."""

    last = serializers.UUIDField(
        required=False, help_text="The newest one that was seen; without it all of them are marked."
    )


class ReadingSerializer(serializers.Serializer[Any]):
    """How many notices were marked as read that were not before."""

    read = serializers.IntegerField()


class _OwnBell(Resource):
    """An address of the caller's own notices, who is a person."""

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - an `ApiRequest`
        super().initial(request, *args, **kwargs)
        require_bell(request.user)


class Notices(_OwnBell, generics.ListAPIView[NoticeReader]):
    """What the caller was told, the newest first. A narrowed token needs `event:read`; robots have none."""

    serializer_class = NoticeSerializer
    query_serializer_class = NoticeFilters
    ordering = Order("id", descending=True)

    def get_queryset(self) -> QuerySet[NoticeReader]:
        found, unread = readings_of(self.request.user), self.query.get("unread")
        return found if unread is None else found.filter(read_at__isnull=unread)


class _Marks(_OwnBell, UpdateModelMixin, generics.GenericAPIView[Any]):
    """An address whose POST marks as read: not with a narrowed token."""

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - an `ApiRequest`
        super().initial(request, *args, **kwargs)
        require_to_mark(request.user)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.update(request, *args, **kwargs)


class NoticeReading(_Marks):
    """Mark a notice as read, also one that is read already. A narrowed token may not."""

    serializer_class = NoticeSerializer
    input_serializer_class = Nothing

    def get_object(self) -> NoticeReader:
        return _find(self.request.user, self.kwargs["notice"])

    def perform_update(self, serializer: ValidatedBody) -> None:
        mark_read(self.request.user, self.kwargs["notice"])
        serializer.instance = self.get_object()


class NoticesReading(_Marks):
    """Mark all notices as read, or those up to one of them: what came meanwhile stays unread.

    A narrowed token may not.
    """

    serializer_class = ReadingSerializer
    input_serializer_class = ReadingInput

    def get_object(self) -> dict[str, int]:
        return {"read": 0}

    def perform_update(self, serializer: ValidatedBody) -> None:
        last = serializer.validated_data.get("last")
        up_to = (
            self._named(last) if last else readings_of(self.request.user).order_by("-id").first()
        )
        number = mark_all_read(self.request.user, up_to.pk) if up_to else 0
        serializer.instance = {"read": number}

    def _named(self, notice: UUID) -> NoticeReader:
        found = readings_of(self.request.user).filter(notice__uuid=notice).first()
        if found is None:
            raise ValidationError({"last": NOT_FOUND})
        return found


def _find(reader: Any, notice: UUID) -> NoticeReader:  # noqa: ANN401 - a `Reader`, as the framework has it
    return get_object_or_404(readings_of(reader), notice__uuid=notice)
