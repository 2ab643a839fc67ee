"""The files and commands a token is taken away in (contracts: Files). Pure."""

import base64
import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

import yaml

KUBERNETES_NAME_LIMIT = 253
# Which images a Kubernetes pull secret is for: the whole registry, or the organization's alone.
WHOLE_HOST, ONE_ORGANIZATION = "host", "organization"
# The variable that holds the secret, in `.env` and in the pipelines' settings.
VARIABLE = "ROSTER_TOKEN"
LOGINS = {
    "docker": ("Docker", "docker", "login"),
    "podman": ("Podman", "podman", "login"),
    "skopeo": ("skopeo", "skopeo", "login"),
    "helm": ("Helm", "helm", "registry", "login"),
}


@dataclass(frozen=True, slots=True)
class PersonalHandover:
    """A person's own token with its secret in the clear, in the moment it is handed over."""

    access_id: UUID
    secret: str
    token_name: str
    origin: str

    @property
    def stem(self) -> str:
        """How the names of its files begin."""
        return f"personal-{self.token_name}"


@dataclass(frozen=True, slots=True)
class Handover(PersonalHandover):
    """The same of a robot, with what a registry and a cluster ask for."""

    robot_id: int
    robot_name: str
    login_name: str
    organization: str
    registry_host: str
    registry_service: str
    created_at: datetime
    ends_at: datetime | None

    @property
    def stem(self) -> str:
        return f"{self.robot_name}-{self.token_name}"


@dataclass(frozen=True, slots=True)
class Export:
    """One ready form: what it is called, its file's name and its text.

    Forms of one `group` stand in one tab.
    """

    key: str
    title: str
    filename: str
    text: str
    group: str
    holds_secret: bool = True


def _compact(document: dict[str, object]) -> str:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def _yaml(document: object) -> str:
    return yaml.safe_dump(document, sort_keys=False, width=100_000)


def roster_json(token: PersonalHandover) -> Export:
    """Upbound's shape: access ID and token, nothing else."""
    text = _compact({"accessId": str(token.access_id), "token": token.secret})
    return Export("json", "JSON", f"{token.stem}.json", text, "JSON")


def harbor_json(token: Handover) -> Export:
    """Harbor's shape; `expires_at` in Unix seconds, -1 for never."""
    created = token.created_at.astimezone(UTC).replace(microsecond=0).isoformat()
    text = _compact(
        {
            "creation_time": created.replace("+00:00", "Z"),
            "expires_at": int(token.ends_at.timestamp()) if token.ends_at else -1,
            "id": token.robot_id,
            "name": token.login_name,
            "secret": token.secret,
        }
    )
    return Export("harbor", "Harbor JSON", f"{token.login_name}.json", text, "Harbor JSON")


def _login(program: str, token: Handover) -> str:
    words = LOGINS[program][1:]
    given = ("--username", token.login_name, "--password-stdin", token.registry_host)
    return shlex.join([*words, *given])


def _login_of(program: str) -> Callable[[Handover], Export]:
    """The program's login command; the secret goes to its standard input and never into an argument."""

    def login(token: Handover) -> Export:
        title, file = f"{LOGINS[program][0]} login", f"{program}-login.sh"
        return Export(program, title, file, _login(program, token), "Docker", holds_secret=False)

    return login


def _docker_config(token: Handover, scope: str = "") -> str:
    credentials = f"{token.login_name}:{token.secret}".encode()
    auth = base64.b64encode(credentials).decode()
    return _compact({"auths": {token.registry_host + scope: {"auth": auth}}})


def docker_config(token: Handover) -> Export:
    """`config.json` as Docker, Podman and skopeo read it."""
    return Export("docker-config", "Docker config", "config.json", _docker_config(token), "Docker")


def kubernetes_secret(
    token: Handover, namespace: str = "default", scope: str = WHOLE_HOST
) -> Export:
    """A pull secret, `kubernetes.io/dockerconfigjson`, for all images of the host or for those of
    the organization.
    """
    suffix = "-pull-secret"
    stem = token.robot_name.replace("_", "-")[: KUBERNETES_NAME_LIMIT - len(suffix)]
    name, below = f"{stem}{suffix}", f"/{token.organization}" if scope == ONE_ORGANIZATION else ""
    config = base64.b64encode(_docker_config(token, below).encode()).decode()
    text = _yaml(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "namespace": namespace},
            "type": "kubernetes.io/dockerconfigjson",
            "data": {".dockerconfigjson": config},
        }
    )
    return Export("kubernetes", "Kubernetes Secret", f"{name}.yaml", text, "Kubernetes")


def environment(token: Handover) -> Export:
    """Lines that a shell and most readers of `.env` take. Browsers save no name that begins with a
    dot, so the file is called for its token.
    """
    values = {
        "ROSTER_ACCESS_ID": str(token.access_id),
        "ROSTER_LOGIN_NAME": token.login_name,
        VARIABLE: token.secret,
        "ROSTER_REGISTRY_HOST": token.registry_host,
    }
    return _lines(token, values)


def personal_environment(token: PersonalHandover) -> Export:
    """The same for a person's own token: what the API's clients need."""
    values = {
        "ROSTER_SERVER": token.origin,
        "ROSTER_ACCESS_ID": str(token.access_id),
        VARIABLE: token.secret,
    }
    return _lines(token, values)


def _lines(token: PersonalHandover, values: dict[str, str]) -> Export:
    text = "".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items())
    return Export("env", ".env", f"{token.stem}.env", text, ".env")


def _piped_login(token: Handover) -> str:
    return f'printf %s "${VARIABLE}" | {_login("docker", token)}'


def github_actions(token: Handover) -> Export:
    """A step; the secret is the repository's, put there with `gh secret set`."""
    step = {
        "name": f"Log in to {token.registry_host}",
        "env": {VARIABLE: f"${{{{ secrets.{VARIABLE} }}}}"},
        "run": _piped_login(token),
    }
    text = f"# Save the token as the secret {VARIABLE}: gh secret set {VARIABLE}\n{_yaml([step])}"
    return Export("github", "GitHub Actions", "github-actions.yml", text, "GitHub", False)


def gitlab_ci(token: Handover) -> Export:
    """What a job does first; the secret is a masked variable of the project."""
    text = (
        f"# Save the token as the CI/CD variable {VARIABLE}, masked and protected.\n"
        f"{_yaml({'before_script': [_piped_login(token)]})}"
    )
    return Export("gitlab", "GitLab CI", "gitlab-ci.yml", text, "GitLab", False)


def curl(token: Handover) -> Export:
    """Asks the token service whether the token is accepted; the secret is curl's standard input."""
    address = f"{token.origin}/service/token?{urlencode({'service': token.registry_service})}"
    user = f"{token.login_name}:{token.secret}".replace("\\", "\\\\").replace('"', '\\"')
    return _asked(address, f'user = "{user}"')


def personal_curl(token: PersonalHandover) -> Export:
    """Asks the API who one is; the secret is curl's standard input."""
    line = f'header = "Authorization: Bearer {token.secret}"'
    return _asked(f"{token.origin}/api/v1/me/", line)


def _asked(address: str, line: str) -> Export:
    asked = shlex.join(["curl", "--fail", "--silent", "--show-error", "--config", "-", address])
    text = f"{asked} <<'ROSTER'\n{line}\nROSTER\n"
    return Export("curl", "curl", "roster-curl.sh", text, "curl")


BY_KEY: dict[str, Callable[[Handover], Export]] = {
    "json": roster_json,
    "harbor": harbor_json,
    **{program: _login_of(program) for program in LOGINS},
    "docker-config": docker_config,
    "kubernetes": kubernetes_secret,
    "env": environment,
    "github": github_actions,
    "gitlab": gitlab_ci,
    "curl": curl,
}
# In the page's order; the first form has a button of its own.
FORMS = tuple(make for key, make in BY_KEY.items() if key != "json")
PERSONAL: dict[str, Callable[[PersonalHandover], Export]] = {
    "json": roster_json,
    "env": personal_environment,
    "curl": personal_curl,
}


def forms_of(token: PersonalHandover) -> dict[str, Export]:
    """All forms that there are of it."""
    if isinstance(token, Handover):
        return {key: make(token) for key, make in BY_KEY.items()}
    return {key: make(token) for key, make in PERSONAL.items()}
