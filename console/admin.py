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
    """Shows rows; makes, changes and deletes none, because changes have services and events."""

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


@admin.register(Project)
class ProjectAdmin(ReadOnlyAdmin):
    list_display = ("slug", "organization", "public", "created_at")
    list_select_related = ("organization",)
    search_fields = ("slug", "name")


@admin.register(Repository)
class RepositoryAdmin(ReadOnlyAdmin):
    list_display = ("name", "project", "public", "created_at")
    list_select_related = ("project__organization",)
    search_fields = ("name",)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("chain", "number", "created_at", "actor_label", "action", "target_label")
    search_fields = ("target_label", "actor_label")
    exclude = ("link",)


@admin.register(AuditHead)
class AuditHeadAdmin(ReadOnlyAdmin):
    list_display = ("chain", "number")
    exclude = ("link",)
