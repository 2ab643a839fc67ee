"""A token that proved itself, as what a verifier asks: what its owner holds, and what of it was used."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from console.organizations.paths import is_repository_path, place_target
from console.permissions.decision import CameWith, Decision, Held, Limits, Target, decide
from console.permissions.vocabulary import Permission, Permissions, with_implied
from robots.base.states import earlier
from robots.usage.counters import PermissionKey, Use, permission_key
from robots.verifiers import hot_queries
from robots.verifiers.hot_queries import BelongingRow, SecretRow
from teams.models import User

# What is at a path, if there is anything, and what the owner of a token holds there.
Holding = tuple[Target | None, list[Held]]
# What may end by itself.
Lasting = TypeVar("Lasting", Held, BelongingRow)


@dataclass(slots=True)
class Credential:
    """A token whose secret was right and which is in force now. An actor."""

    row: SecretRow = field(repr=False)
    limits: Limits
    ends_at: datetime | None
    use: Use
    # Whether an access token stood for the secret.
    briefly: bool = False
    # Whether it came from outside networks that are observed.
    is_outside: bool = False
    # Whether it was asked about a path that is not, or not there, in its robot's organization.
    looked_elsewhere: bool = False
    # What a robot was allowed by what it holds: uses, once the answer is yes.
    exercised: set[PermissionKey] = field(default_factory=set, repr=False)

    @property
    def actor_kind(self) -> str:
        return "robot" if self.row.token__robot_id else "user"

    @property
    def actor_uuid(self) -> UUID:
        owner = self.row.token__robot__uuid or self.row.token__user__uuid
        return owner or self.access_id

    @property
    def actor_label(self) -> str:
        """The robot's login name, or the person's e-mail address."""
        return self.row.token__robot__login_name or self.row.token__user__email or ""

    @property
    def access_id(self) -> UUID:
        return self.row.token__uuid

    @property
    def came_with(self) -> CameWith:
        return CameWith(self.access_id, self.row.id, self.briefly)

    @property
    def is_operator(self) -> bool:
        return False

    def prove_presence(self) -> None:
        """A secret was right just now: nothing more is asked."""

    def note_use(self, permission: Permission, target: Target) -> None:
        """Of people nothing is kept."""
        if self.row.token__robot_id is not None:
            self.exercised.add(permission_key(self.row.token__robot_id, permission, target))

    def note_uses(self, permissions: Permissions) -> None:
        """Of what was told to somebody who decides elsewhere, all counts, wherever the robot holds it."""
        if self.organization_id is not None:
            for permission in permissions:
                self.note_use(permission, Target(self.organization_id))

    def decide(self, held: list[Held], permission: Permission, target: Target) -> Decision:
        """Whether `held` is enough. What is public anyway is used by who holds it, too."""
        decision = decide(held, permission, target, self.limits)
        if decision.because or (decision and any(it.confers(permission, target) for it in held)):
            self.note_use(permission, target)
        return decision

    def factors(self) -> None:
        """Verifiers ask nobody for a second factor, not for a person's own token either."""

    @property
    def organization_id(self) -> int | None:
        """The robot's organization; `None` for a person, who may belong to several."""
        return self.row.token__robot__organization_id

    def grants_on(self, target: Target) -> list[Held]:
        """What the owner holds in the target's organization as it is now; a robot, in its own."""
        if self.row.token__user_id is not None:
            return self._lasting(User.objects.get(pk=self.row.token__user_id).grants_on(target))
        if self.organization_id != target.organization_id:
            return []
        rows = hot_queries.grants_of_robot.rows(
            robot_id=self.row.token__robot_id, organization_id=target.organization_id
        )
        return self._lasting([row.held() for row in rows])

    def _lasting(self, held: list[Lasting]) -> list[Lasting]:
        """Those that have not ended. What is answered by them is good until the first of them ends."""
        if all(each.expires_at is None for each in held):
            return held
        now = datetime.now(UTC)
        kept = [each for each in held if each.expires_at is None or each.expires_at > now]
        self.ends_at = earlier(self.ends_at, *(each.expires_at for each in kept))
        return kept

    def permissions_in(self, organization_id: int) -> Permissions:
        """What the owner holds anywhere in an organization, as the token is narrowed.

        A project's robot holds something in its project alone.
        """
        home, narrowing = self.limits.project_id, self.limits.permissions
        grants = (
            grant.permissions
            for grant in self.grants_on(Target(organization_id))
            if grant.organization_id == organization_id
            and (home is None or grant.project_id in (None, home))
        )
        held = with_implied(frozenset[Permission]().union(*grants))
        return held if narrowing is None else held & with_implied(narrowing)

    def belongings(self) -> list[BelongingRow]:
        """A robot's teams, and the roles that it holds on its whole organization.

        A project's robot acts inside its project alone, whatever the rows say.
        """
        if self.limits.project_id is not None:
            return []
        rows = hot_queries.belongings_of_robot.rows(robot_id=self.row.token__robot_id)
        return [row for row in self._lasting(rows) if row.organization_id == self.organization_id]

    def on_place(self, path: str) -> Holding:
        """The organization, project or repository at `path`, and what the owner holds there. Of a repository,
        the cost does not grow with grants elsewhere.
        """
        target, held = self._read(path)
        if target is None or target.organization_id != self.organization_id:
            self.looked_elsewhere = True
        return target, held

    def _read(self, path: str) -> Holding:
        if self.row.token__robot_id is not None and is_repository_path(path):
            target, held = hot_queries.grants_of_robot_on(path, self.row.token__robot_id)
            return target, self._lasting(held)
        target = place_target(path)
        return target, self.grants_on(target) if target else []
