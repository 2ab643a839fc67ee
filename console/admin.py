"""The operator's view of the ground: everything readable, nothing that would bypass a service."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from console.models import AuditHead, Event, Organization, Project, Repository

admin.site.site_header = admin.site.site_title = "Roster administration"
# The same sign-in as everywhere, with its limits and second factors.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign] # allauth's documented way


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Shows rows; makes, changes and deletes none, because changes have services and events.

    A row's page shows what `fields` lists, so that a new column is hidden until somebody lists it.
    """

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """None but of a filter that the page offers.

        Django allows look-ups in every column of the table. One that is hidden could be read from
        answers to `?password__regex=…`, a character at a time.
        """
        return lookup in self.list_filter

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Organization)
class OrganizationAdmin(ReadOnlyAdmin):
    list_display = ("slug", "name", "created_at")
    search_fields = ("slug", "name")
    fields = ("uuid", "slug", "name", "created_at")


@admin.register(Project)
class ProjectAdmin(ReadOnlyAdmin):
    list_display = ("slug", "organization", "public", "created_at")
    list_select_related = ("organization",)
    search_fields = ("slug", "name")
    fields = ("uuid", "organization", "slug", "name", "description", "public", "created_at")


@admin.register(Repository)
class RepositoryAdmin(ReadOnlyAdmin):
    list_display = ("name", "project", "public", "created_at")
    list_select_related = ("project__organization",)
    search_fields = ("name",)
    fields = ("uuid", "project", "name", "description", "public", "created_at")


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("chain", "number", "created_at", "actor_label", "action", "target_label")
    search_fields = ("target_label", "actor_label")
    fields = (
        *("uuid", "chain", "number", "created_at", "organization_slug"),
        *("actor_kind", "actor_uuid", "actor_label", "token_uuid"),
        *("action", "target_kind", "target_uuid", "target_label", "before", "after"),
        *("request_id", "address", "format", "root_number", "by_machine"),
    )


@admin.register(AuditHead)
class AuditHeadAdmin(ReadOnlyAdmin):
    list_display = ("chain", "number")
    fields = (
        *("chain", "number", "root_number", "checkpointed", "checkpoint_place"),
        "deleted_organization",
    )
