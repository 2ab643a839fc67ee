"""The operator's view of robots. No page shows digests, hashes and sealed keys."""

from datetime import datetime

from django.contrib import admin

from console.admin import ReadOnlyAdmin
from robots.base.periods import NEVER_ENDS
from robots.models import Robot, RobotGrant, Secret, SigningKey, Token, Usage


class UsedAdmin(ReadOnlyAdmin):
    """Of rows that have a moment long ago for never."""

    @admin.display(description="last used", ordering="last_used_at")
    def used(self, row: Robot | Token) -> datetime | str:
        return row.used_at or "never"


@admin.register(Robot)
class RobotAdmin(UsedAdmin):
    readonly_fields = ("used", "next_end")
    list_display = ("login_name", "organization", "expires_at", "disabled_at", "deleted_at")
    list_select_related = ("organization",)
    search_fields = ("login_name", "description")
    fields = (
        *("uuid", "organization", "project", "project_slug", "name", "login_name", "role_name"),
        *("description", "purpose", "responsible", "addresses", "expires_at", "next_end"),
        *("disabled_at", "deleted_at", "created_at", "created_by", "used"),
    )

    @admin.display(description="next expiry", ordering="next_expiry_at")
    def next_end(self, robot: Robot) -> datetime | str:
        return "never" if robot.next_expiry_at == NEVER_ENDS else robot.next_expiry_at


@admin.register(RobotGrant)
class RobotGrantAdmin(ReadOnlyAdmin):
    list_display = ("robot", "organization", "project", "repository", "role")
    list_select_related = ("robot", "organization", "project__organization", "repository")
    fields = (
        *("uuid", "robot", "organization", "project", "repository"),
        *("role", "custom_role", "permissions", "created_at"),
    )


@admin.register(Token)
class TokenAdmin(UsedAdmin):
    readonly_fields = ("used",)
    list_display = ("uuid", "name", "robot", "user", "expires_at", "revoked_at", "used")
    list_select_related = ("robot", "user")
    search_fields = ("uuid", "name")
    fields = (
        *("uuid", "name", "robot", "user", "organization", "permissions", "addresses"),
        *("created_at", "created_by", "renewed_at", "expires_at", "disabled_at", "revoked_at"),
        *("blocked_at", "blocked_by", "blocked_reason", "idle_since", "refused_on"),
        *("used", "last_used_address", "last_used_agent"),
        *("last_used_verifier", "last_used_repository"),
    )


@admin.register(Secret)
class SecretAdmin(ReadOnlyAdmin):
    list_display = ("token", "kind", "created_at", "ends_at", "handed_over_at", "first_used_at")
    list_select_related = ("token__robot__organization", "token__robot__project__organization")
    fields = (
        *("token", "kind", "root_number", "created_at", "created_by", "ends_at", "ends_with"),
        *("handed_over_at", "first_used_at", "last_used_at", "last_used_address"),
    )


@admin.register(SigningKey)
class SigningKeyAdmin(ReadOnlyAdmin):
    list_display = ("kid", "purpose", "algorithm", "state", "created_at", "retired_at")
    fields = (
        *("uuid", "kid", "purpose", "algorithm", "state", "root_number"),
        *("public_pem", "certificate_pem", "created_at", "retired_at"),
    )


@admin.register(Usage)
class UsageAdmin(ReadOnlyAdmin):
    list_display = ("token", "day", "verifier", "outcome", "count")
    fields = ("token", "day", "verifier", "outcome", "count")
    list_select_related = ("token__robot__organization", "token__robot__project__organization")
