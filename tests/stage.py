"""What of acme the services change, by name."""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.utils import timezone

from console.models import Service, Webhook
from robots.models import NeedAnswer, Token, TokenView, Trust
from robots.policies.services import PolicyAt
from robots.tokens.services.suspension import disable_token
from robots.tokens.services.tokens import create_token
from teams.models import Invitation, Membership, Role, Team, TeamGrant, TeamMember, User, UserGrant
from tests.conftest import Cast
from tests.factories import UserFactory


def soon() -> datetime:
    """An end that is ahead, whenever a test runs."""
    return timezone.now() + timedelta(days=20)


def _new_token(cast: Cast, name: str) -> Token:
    """One more token of the robot, with a single secret."""
    return create_token(actor=cast.owner, robot=cast.robot, name=name, kind="compact").token


class Stage:
    """What of acme the services change."""

    def __init__(self, cast: Cast) -> None:
        self.organization, self.owner = cast.organization, cast.owner
        self.project, self.repository = cast.project, cast.repository
        self.robot, self.in_team, self.token = cast.robot, cast.organization_robot, cast.token
        self.spare = self.organization.robots.get(name="spare")
        self.team: Team = self.organization.teams.get()
        self.place: TeamMember = self.team.members.get()
        self.person: User = self.place.user
        self.membership: Membership = self.person.memberships.get()
        self.outsider: User = cast.member
        self.second_owner: Membership = Membership.objects.create(
            organization=self.organization, user=UserFactory(), role="owner"
        )
        self.role: Role = self.organization.roles.get()
        self.invitation: Invitation = self.organization.invitations.get()
        self.view = TokenView.objects.get(membership__organization=self.organization)
        self.grant: UserGrant = self.person.grants.get()
        self.team_grant: TeamGrant = self.team.grants.get()
        self._take_credentials(cast)
        self._take_programs()
        self.rule = PolicyAt(self.organization)
        self._mute()
        self._set_up_factor()

    def _set_up_factor(self) -> None:
        """The owner's: nobody requires what they do not have."""
        Authenticator.objects.create(user=self.owner, type=Authenticator.Type.TOTP, data={})

    def _mute(self) -> None:
        """One need of the overview."""
        NeedAnswer.objects.create(
            organization=self.organization,
            need="endless",
            kind="muted",
            reason="They are meant to be",
            count=1,
            answered_at=timezone.now(),
            answered_by=self.owner.email,
        )

    def _take_programs(self) -> None:
        self.service: Service = self.organization.services.get(name="registry")
        self.resource: Service = self.organization.services.get(name="api")
        self.webhook: Webhook = self.organization.webhooks.get()

    def _take_credentials(self, cast: Cast) -> None:
        self.fresh = _new_token(cast, "fresh")
        self.stopped = disable_token(actor=cast.owner, token=_new_token(cast, "stopped"))
        self.trust: Trust = Trust.objects.with_robot().get(token__robot=cast.robot)
