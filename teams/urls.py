"""Addresses about people; signing in is django-allauth's."""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path, re_path

from teams.views import (
    accounts,
    invitations,
    joining,
    members,
    organizations,
    team_grants,
    team_members,
    teams,
)

of_users = [
    path("", members.member_list, name="member-list"),
    path("departure/", members.member_leave, name="member-leave"),
    path("invitations/", invitations.invitation_list, name="invitation-list"),
    path("invitations/new/", invitations.invitation_create, name="invitation-create"),
    path(
        "invitations/<uuid:invitation>/sending/",
        invitations.invitation_resend,
        name="invitation-resend",
    ),
    path(
        "invitations/<uuid:invitation>/withdrawal/",
        invitations.invitation_withdraw,
        name="invitation-withdraw",
    ),
    path("<uuid:member>/role/", members.member_role, name="member-role"),
    path("<uuid:member>/removal/", members.member_remove, name="member-remove"),
]
of_team = [
    path("", teams.team, name="team"),
    path("settings/", teams.team_settings, name="team-settings"),
    path("members/new/", team_members.team_member_add, name="team-member-add"),
    path("members/<uuid:member>/role/", team_members.team_member_role, name="team-member-role"),
    path("departure/", team_members.team_leave, name="team-leave"),
    path(
        "members/<uuid:member>/removal/", team_members.team_member_remove, name="team-member-remove"
    ),
    path("permissions/", team_grants.team_permissions, name="team-permissions"),
    path("permissions/new/", team_grants.team_grant_create, name="team-grant-create"),
    path(
        "permissions/<uuid:grant>/removal/",
        team_grants.team_grant_delete,
        name="team-grant-delete",
    ),
]
of_organization: list[URLPattern | URLResolver] = [
    path("users/", include(of_users)),
    path("teams/new/", teams.team_create, name="team-create"),
    path("teams/<uuid:team>/", include(of_team)),
]
of_everybody: list[URLPattern | URLResolver] = [
    path("setup/<slug:key>/", accounts.setup, name="setup"),
    path("personal/", accounts.personal_account, name="personal-account"),
    path("account/", accounts.my_account, name="my-account"),
    path("organizations/new/", organizations.organization_create, name="organization-create"),
    path("invitations/<uuid:invitation>/", joining.invitation_accept, name="invitation-accept"),
    path("invitations/<uuid:invitation>/<slug:key>/", joining.invitation, name="invitation"),
    path("o/<slug:organization>/", include(of_organization)),
]

# Only what works without a second factor and without e-mail confirmation; sign-up is closed.
signing_in = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("sign-up/", account.signup, name="account_signup"),
    path("account/sign-in-again/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/password/new/", account.password_set, name="account_set_password"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("password/", account.password_reset, name="account_reset_password"),
    path("password/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/changed/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

urlpatterns = [path("", include((of_everybody, "teams"))), *signing_in]
