"""Acts on robots, tokens, projects and repositories."""

from typing import Any

from console.organizations.services import change_repository, create_project, create_repository
from console.permissions.vocabulary import Permissions
from robots.access.services.deletions import delete_project, delete_repository
from robots.access.services.roles import RoleAt, create_role_token
from robots.accounts.services.robots import (
    GrantRequest,
    create_robot,
    delete_robot,
    disable_robot,
    enable_robot,
)
from robots.tokens.services.tokens import create_token, delete_token
from tests.rules.acting import Acts, act, named, nth_token, organization, project, repository
from tests.rules.choices import (
    actors,
    homes,
    narrowings,
    numbers,
    one_of,
    pairs,
    permission_sets,
    projects,
    repositories,
    robot_names,
    robots,
    roles,
    several,
    token_names,
    yes_or_no,
)
from tests.rules.model import Holder, Place

things = one_of("token", "token", "project", "repository")
CHANGES = {"disable": disable_robot, "enable": enable_robot, "delete": delete_robot}
grant_requests = several(pairs(homes, permission_sets), 2)


class Making(Acts):
    """Robots with their tokens, and the places in which they work."""

    @act(who=actors, home=homes, name=robot_names, asked=grant_requests)
    def create_robot(
        self, who: Holder, home: Place, name: str, asked: list[tuple[Place, Permissions]]
    ) -> None:
        def call(actor: Any) -> None:
            create_robot(
                actor=actor,
                organization=organization(home),
                project=project(home),
                name=name,
                grants=[GrantRequest(project(at), permissions) for at, permissions in asked],
            )

        self.attempt(who, call)

    @act(who=actors, key=robots, change=one_of(*sorted(CHANGES)))
    def change_robot(self, who: Holder, key: str, change: str) -> None:
        self.attempt(
            who,
            lambda actor: CHANGES[change](actor=actor, robot=named("robot", key)),
            gives=change == "enable",
        )

    @act(who=actors, key=robots, name=token_names, narrowing=narrowings)
    def create_token(self, who: Holder, key: str, name: str, narrowing: Permissions | None) -> None:
        def call(actor: Any) -> Any:
            return create_token(
                actor=actor,
                robot=named("robot", key),
                name=name,
                kind="compact",
                permissions=narrowing,
            )

        self.attempt(who, call)

    @act(who=actors, home=homes, what=roles, name=token_names)
    def create_role_token(self, who: Holder, home: Place, what: dict[str, Any], name: str) -> None:
        def call(actor: Any) -> Any:
            custom = named("role", what["custom_role"]) if "custom_role" in what else None
            role = RoleAt(organization(home), project(home), what.get("role", ""), custom)
            return create_role_token(actor=actor, role=role, name=name, kind="compact")

        self.attempt(who, call)

    @act(who=actors, home=projects)
    def create_project(self, who: Holder, home: Place) -> None:
        if who[0] == "token":
            return  # a token has no grants of its own to become admin by
        self.attempt(
            who,
            lambda actor: create_project(
                actor=actor,
                organization=organization(home),
                slug=home.project,
                name=home.project,
                reuse=True,
            ),
            made=home,
        )

    @act(who=actors, at=repositories, public=yes_or_no)
    def create_repository(self, who: Holder, at: Place, public: bool) -> None:
        def call(actor: Any) -> None:
            create_repository(
                actor=actor,
                project=some(project(at)),
                name=at.repository,
                public=public,
                reuse=True,
            )

        self.attempt(who, call)

    @act(who=actors, at=repositories, public=yes_or_no)
    def change_repository(self, who: Holder, at: Place, public: bool) -> None:
        def call(actor: Any) -> None:
            found = some(repository(at))
            change_repository(actor=actor, repository=found, description="", public=public)

        self.attempt(who, call)

    @act(who=actors, number=numbers, home=projects, at=repositories, thing=things)
    def end(self, who: Holder, number: int, home: Place, at: Place, thing: str) -> None:
        def call(actor: Any) -> None:
            if thing == "token":
                delete_token(actor=actor, token=nth_token(number))
            elif thing == "project":
                delete_project(actor=actor, project=some(project(home)))
            else:
                delete_repository(actor=actor, repository=some(repository(at)))

        self.attempt(who, call, gives=False)


def some(found: Any) -> Any:
    assert found is not None
    return found
