"""Acts on grants, levels and roles."""

from typing import Any

from console.permissions.vocabulary import Permissions
from robots.access.services.matrix import LevelChange, change_levels, highest, own_levels
from robots.access.services.roles import delete_role
from teams.grants.services import GrantSpec, change_grant, give, give_all, take
from teams.roles.services import create_role, update_role
from tests.rules.acting import Acts, act, named, nth_grant, organization, project, repository
from tests.rules.choices import (
    actors,
    customs,
    gifts,
    holders,
    homes,
    levels,
    numbers,
    pairs,
    permission_sets,
    repositories,
    resolved,
    role_names,
    scopes,
    several,
)
from tests.rules.model import Holder, Place


def _where(scope: Place) -> tuple[Any, ...]:
    return organization(scope), project(scope), repository(scope)


class Giving(Acts):
    """Grants, levels and roles, by anybody to anybody."""

    @act(who=actors, to=holders, scope=scopes, what=gifts)
    def give(self, who: Holder, to: Holder, scope: Place, what: dict[str, Any]) -> None:
        def call(actor: Any) -> None:
            spec = GrantSpec(*_where(scope), **resolved(what))
            give(actor=actor, holder=named(*to), spec=spec)

        self.attempt(who, call)

    @act(who=actors, to=several(pairs(holders, scopes), 3), what=gifts)
    def give_all(self, who: Holder, to: list[tuple[Holder, Place]], what: dict[str, Any]) -> None:
        """To several at several places of one organization."""
        alike = [it for it in to if it[1].organization == to[0][1].organization]

        def call(actor: Any) -> None:
            wishes = [
                (named(*holder), GrantSpec(*_where(scope), **resolved(what)))
                for holder, scope in alike
            ]
            give_all(actor=actor, organization=organization(alike[0][1]), wishes=wishes)

        if alike:
            self.attempt(who, call, events=len(alike))

    @act(who=actors, number=numbers, what=gifts)
    def change_grant(self, who: Holder, number: int, what: dict[str, Any]) -> None:
        self.attempt(
            who, lambda actor: change_grant(actor=actor, grant=nth_grant(number), **resolved(what))
        )

    @act(who=actors, number=numbers)
    def take(self, who: Holder, number: int) -> None:
        self.attempt(who, lambda actor: take(actor=actor, grant=nth_grant(number)), gives=False)

    @act(who=actors, at=repositories, rows=several(pairs(holders, levels), 3))
    def change_levels(self, who: Holder, at: Place, rows: list[tuple[Holder, str]]) -> None:
        def call(actor: Any) -> None:
            here: Any = repository(at)
            found = [(named(*holder), wanted) for holder, wanted in rows]
            changes = [
                LevelChange(it, highest(own_levels(here, it)), wanted) for it, wanted in found
            ]
            change_levels(actor=actor, repository=here, changes=changes)

        self.attempt(who, call)

    @act(who=actors, home=homes, name=role_names, permissions=permission_sets)
    def create_role(self, who: Holder, home: Place, name: str, permissions: Permissions) -> None:
        def call(actor: Any) -> None:
            create_role(
                actor=actor,
                organization=organization(home),
                project=project(home),
                name=name,
                permissions=permissions,
            )

        self.attempt(who, call)

    @act(who=actors, key=customs, permissions=permission_sets)
    def update_role(self, who: Holder, key: str, permissions: Permissions) -> None:
        def call(actor: Any) -> None:
            role = named("role", key)
            update_role(actor=actor, role=role, description="", permissions=permissions)

        self.attempt(who, call)

    @act(who=actors, key=customs)
    def delete_role(self, who: Holder, key: str) -> None:
        self.attempt(
            who, lambda actor: delete_role(actor=actor, role=named("role", key)), gives=False
        )
