"""Addresses of teams, their members and permissions."""

from django.urls import URLPattern, URLResolver, include, path

from teams.teams.views import grants, members, teams

of_team = [
    path("", teams.team, name="team"),
    path("settings/", teams.team_settings, name="team-settings"),
    path("members/new/", members.team_member_add, name="team-member-add"),
    path("members/<uuid:member>/role/", members.team_member_role, name="team-member-role"),
    path("departure/", members.team_leave, name="team-leave"),
    path("members/<uuid:member>/removal/", members.team_member_remove, name="team-member-remove"),
    path("permissions/", grants.team_permissions, name="team-permissions"),
    path("permissions/<uuid:grant>/removal/", grants.team_grant_delete, name="team-grant-delete"),
]
of_organization: list[URLPattern | URLResolver] = [
    path("teams/new/", teams.team_create, name="team-create"),
    path("teams/<uuid:team>/", include(of_team)),
]
