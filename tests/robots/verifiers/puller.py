"""A robot that may pull, and what each verifier and each issuing endpoint says of it."""

from typing import Any

from console.models import Organization
from console.organizations.services import create_repository
from console.permissions.vocabulary import Permission
from robots.accounts.services.teams import add_team_robots
from robots.tokens.services.tokens import create_token
from teams.grants.services import GrantSpec, give
from teams.roles.services import create_role
from teams.teams.services import create_team
from tests.browsers import browser
from tests.conftest import Cast
from tests.front import ask, basic
from tests.interop.api_server import token_review
from tests.robots.verifiers import proxied
from tests.robots.verifiers.asking import access
from tests.robots.verifiers.kubernetes import asking as clusters
from tests.robots.verifiers.oauth.asking import API, post, proof, register

PLACE, PULL = "acme/payments/api", Permission.ARTIFACT_PULL
SCOPE = f"/service/token?service=registry&scope=repository:{PLACE}:pull"
MANIFEST = f"/v2/{PLACE}/manifests/latest"
# In clusters.
GROUP = "roster:team:acme:pullers"
# Whether a login of name and secret may pull there, by who is asked.
Asked = dict[str, bool]


class Puller:
    """A robot of the organization that may pull by a custom role, which it has through a team.

    The services that ask are `home`'s, or the site's.
    """

    def __init__(self, cast: Cast, home: Organization | None) -> None:
        self.cast, self.owner, organization = cast, cast.owner, cast.organization
        owner = self.owner
        self.robot = cast.organization_robot
        self.team = create_team(actor=owner, organization=organization, name="pullers")
        add_team_robots(actor=owner, team=self.team, robots=[self.robot])
        self.role = create_role(
            actor=owner, organization=organization, name="pull", permissions=frozenset({PULL})
        )
        spec = GrantSpec(organization, cast.project, custom_role=self.role)
        give(actor=owner, holder=self.team, spec=spec)
        minted = create_token(actor=owner, robot=self.robot, name="pull", kind="compact")
        self.token, self.secret = minted.token, minted.plaintext.reveal()
        self.service = proof(cast, register(cast, home))
        self.proxy = proxied.register(cast, home)
        self.cluster = clusters.proof(cast, clusters.register(cast, home))
        self.access = self.oauth().json["access_token"]

    @property
    def login(self) -> str:
        return basic(self.robot.login_name, self.secret)

    def oauth(self) -> Any:
        """The answer to its request for an access token."""
        fields = {"grant_type": "client_credentials", "audience": API, "scope": str(PULL)}
        return post("token", fields, self.login)

    def introspect(self, token: str) -> Any:
        """What its organization's resource server is told of a token."""
        answer = post("introspect", {"token": token}, self.service)
        return answer.json if answer.status == 200 else {}

    def review(self, token: str) -> list[str]:
        """The groups in which its organization's cluster is told that it is; nobody is in any."""
        answer = clusters.post(token_review(token), self.cluster)
        user = answer.json["status"].get("user", {}) if answer.status == 200 else {}
        found: list[str] = user.get("groups", [])
        return found

    def asked(self) -> Asked:
        """What each of them says now."""
        registry = ask(SCOPE, authorization=self.login)
        return {
            "registry": registry.status == 200 and "pull" in access(registry).get(PLACE, []),
            "oauth token": self.oauth().status == 200,
            "introspection": PULL in self.introspect(self.secret).get("scope", ""),
            "access token": self.introspect(self.access).get("active", False),
            "verify": self.verification().status == 200,
            "proxy": self.question().status == 200,
            "cluster": GROUP in self.review(self.secret),
        }

    def verification(self) -> proxied.Reply:
        """What a proxy is told that asks about the permission."""
        return proxied.verification(self.login, PULL, PLACE, self.proxy.identifier)

    def question(self) -> proxied.Reply:
        """What a proxy before a registry is told."""
        return proxied.question("GET", MANIFEST, self.login, service=self.proxy.identifier)

    def is_let_in_and_remembered(self, *, busy: bool = False) -> None:
        """Everybody lets it in, as often as it takes until only what changed is read again: in an
        organization where nothing happens, or where something else does meanwhile.
        """
        for number in range(3):
            if busy:
                create_repository(actor=self.owner, project=self.cast.project, name=f"r{number}")
            asked = self.asked()
            assert asked == dict.fromkeys(asked, True)
            assert self.api() == 200

    def api(self) -> int:
        headers = {"Authorization": f"Bearer {self.secret}"}
        status: int = browser(headers=headers).get("/api/v1/me/").status_code
        return status
