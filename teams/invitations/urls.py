"""Addresses of what invites people."""

from django.urls import path

from teams.invitations import api, views

of_organization = [
    path("users/invitations/new/", views.invitation_create, name="invitation-create"),
    path("users/invitations/upload/", views.invitation_upload, name="invitation-upload"),
]
api_of_organization = [
    path("invitations/", api.Invitations.as_view(), name="invitations"),
]
