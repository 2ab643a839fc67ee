"""The operator's view of robots. Digests and sealed keys are left out of every page."""

from django.contrib import admin

from console.admin import ReadOnlyAdmin
from robots.models import Robot, RobotGrant, Secret, SigningKey, Token, Usage


@admin.register(Robot)
class RobotAdmin(ReadOnlyAdmin):
    list_display = ("login_name", "organization", "expires_at", "disabled_at", "deleted_at")
    list_select_related = ("organization",)
    search_fields = ("login_name", "description")


@admin.register(RobotGrant)
class RobotGrantAdmin(ReadOnlyAdmin):
    list_display = ("robot", "organization", "project", "repository", "role")
    list_select_related = ("robot", "organization", "project__organization", "repository")


@admin.register(Token)
class TokenAdmin(ReadOnlyAdmin):
    list_display = ("uuid", "name", "robot", "user", "expires_at", "revoked_at", "last_used_at")
    list_select_related = ("robot", "user")
    search_fields = ("uuid", "name")


@admin.register(Secret)
class SecretAdmin(ReadOnlyAdmin):
    list_display = ("token", "kind", "created_at", "ends_at", "handed_over_at", "first_used_at")
    list_select_related = ("token__robot__organization", "token__robot__project__organization")
    exclude = ("digest", "request_key")


@admin.register(SigningKey)
class SigningKeyAdmin(ReadOnlyAdmin):
    list_display = ("kid", "purpose", "algorithm", "state", "created_at", "retired_at")
    exclude = ("private",)


@admin.register(Usage)
class UsageAdmin(ReadOnlyAdmin):
    list_display = ("token", "day", "verifier", "outcome", "count")
    list_select_related = ("token__robot__organization", "token__robot__project__organization")
