"""Addresses of people's accounts, and of what makes one."""

from django.urls import path

from teams.users import api
from teams.users.views import accounts, joining, organizations, people

of_everybody = [
    path("setup/<slug:key>/", accounts.setup, name="setup"),
    path("personal/", accounts.personal_account, name="personal-account"),
    path("account/", accounts.my_account, name="my-account"),
    path("organizations/new/", organizations.organization_create, name="organization-create"),
    path("invitations/<uuid:invitation>/", joining.invitation_accept, name="invitation-accept"),
    path("invitations/<uuid:invitation>/<slug:key>/", joining.invitation, name="invitation"),
]
of_site = [
    path("site/people/", people.person_list, name="person-list"),
    path("site/people/<uuid:person>/", people.person, name="person"),
    path("site/people/<uuid:person>/suspension/", people.person_disable, name="person-disable"),
    path("site/people/<uuid:person>/resumption/", people.person_enable, name="person-enable"),
    path("site/people/<uuid:person>/sessions/", people.person_sessions, name="person-sessions"),
    path("site/people/<uuid:person>/password-link/", people.person_link, name="person-link"),
]
api_of_everybody = [
    path("organizations/", api.OrganizationsOfPeople.as_view(), name="organizations"),
]
