"""Forms about people and teams. Rules live on the models; forms shape input."""

from teams.forms.filters import SearchForm, search_text, ticked
from teams.forms.members import InvitationForm, RoleForm
from teams.forms.people import FirstOwnerForm, InvitedUserForm, OrganizationForm, ProfileForm
from teams.forms.teams import TeamForm, TeamGrantForm, TeamMembersForm, TeamSettingsForm

__all__ = [
    "FirstOwnerForm",
    "InvitationForm",
    "InvitedUserForm",
    "OrganizationForm",
    "ProfileForm",
    "RoleForm",
    "SearchForm",
    "TeamForm",
    "TeamGrantForm",
    "TeamMembersForm",
    "TeamSettingsForm",
    "search_text",
    "ticked",
]
