"""The operator's view of people."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group

from console.admin import ReadOnlyAdmin
from teams.models import Membership, User

# Their own pages could be changed: an address confirmed here would be one that nobody confirmed.
admin.site.unregister([EmailAddress, Group, Authenticator])


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ("email", "name", "is_active", "is_superuser", "last_login", "created_at")
    search_fields = ("email", "name")
    fields = (
        *("uuid", "email", "name", "is_active", "is_superuser"),
        *("last_login", "created_at"),
    )


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ("user", "organization", "role", "created_at")
    list_select_related = ("user", "organization")
    search_fields = ("user__email", "organization__slug")
    fields = ("uuid", "user", "organization", "role", "created_at")
