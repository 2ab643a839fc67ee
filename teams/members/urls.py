"""Addresses of an organization's people and invitations."""

from django.urls import include, path

from teams.members import api
from teams.members.views import invitations, members

of_users = [
    path("", members.member_list, name="member-list"),
    path("departure/", members.member_leave, name="member-leave"),
    path("invitations/", invitations.invitation_list, name="invitation-list"),
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
of_organization = [path("users/", include(of_users))]
api_of_organization = [
    path("members/", api.Members.as_view(), name="members"),
    path("members/<uuid:user>/", api.Member.as_view(), name="member"),
    path("invitations/<uuid:invitation>/", api.InvitationResource.as_view(), name="invitation"),
    path(
        "invitations/<uuid:invitation>/sending/",
        api.InvitationSending.as_view(),
        name="invitation-sending",
    ),
]
