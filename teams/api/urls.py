"""Addresses of the API about people."""

from django.urls import include, path

from teams.api import members

of_organization = [
    path("members/", members.Members.as_view(), name="members"),
    path("members/<uuid:user>/", members.Member.as_view(), name="member"),
    path("invitations/", members.Invitations.as_view(), name="invitations"),
    path("invitations/<uuid:invitation>/", members.InvitationResource.as_view(), name="invitation"),
    path(
        "invitations/<uuid:invitation>/sending/",
        members.InvitationSending.as_view(),
        name="invitation-sending",
    ),
]
urlpatterns = [
    path("organizations/", members.OrganizationsOfPeople.as_view(), name="organizations"),
    path("organizations/<slug:organization>/", include(of_organization)),
]
