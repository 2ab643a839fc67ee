"""The files and commands a token is taken away in (contracts: Files). Pure."""

import base64
import hashlib
import json
import shlex
from collections.abc import Callable
from datetime import UTC
from urllib.parse import urlencode

import yaml

from robots.tokens.environment_exports import VARIABLE, environment, needs_quotes, raw_environment
from robots.tokens.export_shapes import Export, Handover, PersonalHandover

# Which images a Kubernetes pull secret is for: the whole registry, or the organization's alone.
WHOLE_HOST, ONE_ORGANIZATION = "host", "organization"
SCOPES = {WHOLE_HOST: "the whole host", ONE_ORGANIZATION: "this organization"}
TYPED = "It waits for the token: paste it, press Enter, then Ctrl-D; or put < secret.txt behind the command."
IN_GITLAB = f"Save the token under Settings, CI/CD, Variables as {VARIABLE}, masked and protected."
HARBORS = (
    "For programs that take the file of a Harbor robot account: its name and its secret log in."
)
LOGINS = {
    "docker": ("Docker", "docker", "login"),
    "podman": ("Podman", "podman", "login"),
    "skopeo": ("skopeo", "skopeo", "login"),
    "helm": ("Helm", "helm", "registry", "login"),
}


def _compact(document: dict[str, object]) -> str:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def _yaml(document: object) -> str:
    return yaml.safe_dump(document, sort_keys=False, width=100_000)


def roster_json(token: PersonalHandover) -> Export:
    """Upbound's shape: access ID and token, nothing else."""
    text = _compact({"accessId": str(token.access_id), "token": token.secret})
    return Export("json", "JSON", f"{token.stem}.json", text, "JSON")


def bare(token: PersonalHandover) -> Export:
    """The secret and nothing else, for a program's standard input."""
    return Export("secret", "Token", "secret.txt", token.secret, "Token")


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
    file, note = f"{token.login_name}.json", HARBORS
    return Export("harbor", "Harbor JSON", file, text, "Harbor JSON", note=note)


def _login(program: str, token: Handover) -> str:
    words = LOGINS[program][1:]
    given = ("--username", token.login_name, "--password-stdin", token.registry_host)
    return shlex.join([*words, *given])


def _login_of(program: str) -> Callable[[Handover], Export]:
    """The program's login command; the secret goes to its standard input and never into an argument."""

    def login(token: Handover) -> Export:
        title, file = f"{LOGINS[program][0]} login", f"{program}-login.sh"
        note = f"{TYPED}{_elsewhere(token)}"
        return Export(program, title, file, _login(program, token), "Docker", False, note)

    return login


def _elsewhere(token: Handover) -> str:
    """Where the same login works, too."""
    return f" The same login works at {', '.join(token.other_hosts)}." if token.other_hosts else ""


def _hosts(token: Handover) -> tuple[str, ...]:
    return (token.registry_host, *token.other_hosts)


def _auth(token: Handover) -> str:
    return base64.b64encode(f"{token.login_name}:{token.secret}".encode()).decode()


def docker_config(token: Handover) -> Export:
    """`config.json` as Docker, Podman and skopeo read it."""
    text = _compact({"auths": {host: {"auth": _auth(token)} for host in _hosts(token)}})
    steps = (
        ("Where you saved it, Docker finds it by:", 'export DOCKER_CONFIG="$PWD"'),
        ("Podman and skopeo find it by:", 'export REGISTRY_AUTH_FILE="$PWD/config.json"'),
    )
    return Export("docker-config", "Docker config", "config.json", text, "Docker", steps=steps)


def _kubernetes_name(token: Handover) -> str:
    """Another one for each robot of the organization, and nothing that Kubernetes refuses.

    What reads alike without underscores, or with the project's dot, is told apart by a mark.
    """
    mark = hashlib.sha256(token.login_name.encode()).hexdigest()[:6]
    is_plain = not {"_", "."} & {*token.project, *token.robot_name}
    parts = (token.place.replace("_", "-"), "" if is_plain else mark, "pull-secret")
    return "-".join(filter(None, parts))


def kubernetes_config(token: Handover, scope: str = WHOLE_HOST) -> str:
    """What a pull secret holds, for all images of the host or for those of the organization. `kubectl create
    secret docker-registry` writes the three as well, and some controllers read the first two alone.
    """
    below = f"/{token.organization}" if scope == ONE_ORGANIZATION else ""
    login = {"username": token.login_name, "password": token.secret, "auth": _auth(token)}
    text = _compact({"auths": {f"{host}{below}": login for host in _hosts(token)}})
    return base64.b64encode(text.encode()).decode()


def kubernetes_secret(
    token: Handover, namespace: str = "default", scope: str = WHOLE_HOST
) -> Export:
    """A pull secret, `kubernetes.io/dockerconfigjson`."""
    name, config = _kubernetes_name(token), kubernetes_config(token, scope)
    text = _yaml(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "namespace": namespace},
            "type": "kubernetes.io/dockerconfigjson",
            "data": {".dockerconfigjson": config},
        }
    )
    steps = (
        ("Put it into the cluster:", f"kubectl apply -f {name}.yaml"),
        (
            "Then name it in the pods' spec, in the same namespace:",
            f"imagePullSecrets: [{{name: {name}}}]",
        ),
    )
    file = f"{name}.yaml"
    return Export("kubernetes", "Kubernetes Secret", file, text, "Kubernetes", steps=steps)


def _piped_login(token: Handover) -> str:
    return f'printf %s "${VARIABLE}" | {_login("docker", token)}'


def github_actions(token: Handover) -> Export:
    """A step; the secret is the repository's, put there with `gh secret set`."""
    step = {
        "name": f"Log in to {token.registry_host}",
        "env": {VARIABLE: f"${{{{ secrets.{VARIABLE} }}}}"},
        "run": _piped_login(token),
    }
    save = f"gh secret set {VARIABLE}"
    text = f"# Save the token as the secret {VARIABLE}: {save}\n{_yaml([step])}"
    steps = (("Save the token as a secret of the repository; it asks for the value:", save),)
    file = "github-actions.yml"
    return Export("github", "GitHub Actions", file, text, "GitHub", False, steps=steps)


def gitlab_ci(token: Handover) -> Export:
    """What a job does first; the secret is a masked variable of the project."""
    text = (
        f"# Save the token as the CI/CD variable {VARIABLE}, masked and protected.\n"
        f"{_yaml({'before_script': [_piped_login(token)]})}"
    )
    return Export("gitlab", "GitLab CI", "gitlab-ci.yml", text, "GitLab", False, IN_GITLAB)


def roster_login(token: PersonalHandover) -> Export:
    """The login of the `roster` command; a robot gets a profile of its own beside its people's."""
    profile = ["--profile", token.robot_name] if isinstance(token, Handover) else []
    words = ["roster", "login", *profile, "--server", token.origin, "--token", "-"]
    title, file = "roster login", "roster-login.sh"
    return Export("roster", title, file, shlex.join(words), "roster", False, TYPED)


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
    """`printf` is a part of the shell, so the secret is no argument that others see."""
    asked = shlex.join(["curl", "--fail", "--silent", "--show-error", "--config", "-", address])
    text = f"printf '%s\\n' {_quoted(line)} | {asked}\n"
    steps = (
        ("Or run the file; an answer in JSON says that the token works:", "sh roster-curl.sh"),
    )
    return Export("curl", "curl", "roster-curl.sh", text, "curl", steps=steps)


def _quoted(text: str) -> str:
    """One word for sh and fish, which between single quotes reads backslashes."""
    plain = text.replace("\\", "\0").replace("'", "'\"'\"'").replace("\0", "'\"\\\\\"'")
    return f"'{plain}'"


# In the page's order; the first two have buttons of their own.
BY_KEY: dict[str, Callable[[Handover], Export]] = {
    "json": roster_json,
    "secret": bare,
    **{program: _login_of(program) for program in LOGINS},
    "docker-config": docker_config,
    "kubernetes": kubernetes_secret,
    "env": environment,
    "env-docker": raw_environment,
    "github": github_actions,
    "gitlab": gitlab_ci,
    "roster": roster_login,
    "curl": curl,
    "harbor": harbor_json,
}
PERSONAL: dict[str, Callable[[PersonalHandover], Export]] = {
    "json": roster_json,
    "secret": bare,
    "env": environment,
    "env-docker": raw_environment,
    "roster": roster_login,
    "curl": personal_curl,
}


def forms_of(token: PersonalHandover) -> dict[str, Export]:
    """All forms that there are of it: a second `.env` only where one does not do for all readers."""
    if isinstance(token, Handover):
        forms = {key: make(token) for key, make in BY_KEY.items()}
    else:
        forms = {key: make(token) for key, make in PERSONAL.items()}
    if not needs_quotes(token):
        del forms["env-docker"]
    return forms
