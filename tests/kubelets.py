"""As much of a kubelet as pulls images: it asks credential providers as Kubernetes 1.34 does, whose rules are
in pkg/credentialprovider/plugin and pkg/kubelet/token, and keeps what they answer.
"""

import json
import os
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

V1 = "credentialprovider.kubelet.k8s.io/v1"
# The fields of the published types; a kubelet takes no others (`serializer.EnableStrict`).
CONFIG = {"apiVersion", "kind", "providers"}
PROVIDER = {
    *("name", "matchImages", "defaultCacheDuration", "apiVersion", "args", "env"),
    "tokenAttributes",
}
TOKEN_ATTRIBUTES = {
    *("serviceAccountTokenAudience", "cacheType", "requireServiceAccount"),
    *("requiredServiceAccountAnnotationKeys", "optionalServiceAccountAnnotationKeys"),
}
RESPONSE = {"apiVersion", "kind", "cacheKeyType", "cacheDuration", "auth"}
# metav1.Duration is what Go's time.ParseDuration reads.
DURATION = re.compile(r"0|(?:\d+h)?(?:\d+m)?(?:\d+(?:\.\d+)?s)?")
UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0}
# A plugin is ended after a minute; a service account's token is renewed at four fifths of its hour.
PATIENCE_SECONDS = 60
RENEWED_SECONDS = 0.8 * 3600


class Refused(Exception):
    """What a kubelet logs and goes on without."""


@dataclass(frozen=True)
class Pod:
    """A pod, with its service account."""

    name: str
    account: str = "builder"
    namespace: str = "ci"
    annotations: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Login:
    """User name and password at a registry."""

    username: str
    password: str


# A new token of a pod's service account, for an audience.
Issue = Callable[[Pod, str], str]


def duration(text: str) -> float:
    """Seconds."""
    assert text, "a duration is not empty"
    assert DURATION.fullmatch(text), text
    return sum(float(number) * UNITS[unit] for number, unit in re.findall(r"([\d.]+)([hms])", text))


class Kubelet:
    """One node's. Its clock stands until somebody sets `now`, in seconds."""

    def __init__(self, config: str, folder: Path, issue: Issue, **environment: str) -> None:
        self.folder, self.issue, self.now = folder, issue, 0.0
        self.environment = environment
        self.providers = _providers(config)
        self.tokens: dict[tuple[str, Pod], tuple[float, str]] = {}
        self.cache: dict[tuple[object, ...], tuple[float, dict[str, Login]]] = {}
        self.runs = 0

    def login(self, image: str, pod: Pod) -> Login | None:
        """What it pulls an image with; raises `Refused` where a provider gave no answer to use."""
        found: dict[str, Login] = {}
        for provider in self.providers:
            if any(matches(pattern, image) for pattern in provider["matchImages"]):
                found = self._provided(provider, image, pod) | found
        keys = sorted((key for key in found if matches(key, image)), reverse=True)
        return found[keys[0]] if keys else None

    def _provided(self, provider: dict[str, Any], image: str, pod: Pod) -> dict[str, Login]:
        attributes = provider["tokenAttributes"]
        token = self._token(attributes["serviceAccountTokenAudience"], pod)
        said = _annotations(attributes, pod)
        if said is None:
            return {}
        account = (provider["name"], pod.namespace, pod.account, *sorted(said.items()))
        if attributes["cacheType"] == "Token":
            account = (*account, sha256(token.encode()).hexdigest())
        for key in (image, image.partition("/")[0], "<global>"):
            end, logins = self.cache.get((key, *account), (0.0, {}))
            if end > self.now:
                return logins
        return self._asked(provider, image, (token, said), account)

    def _token(self, audience: str, pod: Pod) -> str:
        """A pod's token for an audience is the same until it is renewed."""
        made, token = self.tokens.get((audience, pod), (-RENEWED_SECONDS, ""))
        if self.now - made >= RENEWED_SECONDS:
            made, token = self.now, self.issue(pod, audience)
            self.tokens[audience, pod] = made, token
        return token

    def _asked(
        self,
        provider: dict[str, Any],
        image: str,
        whose: tuple[str, dict[str, str]],
        account: tuple[object, ...],
    ) -> dict[str, Login]:
        token, said = whose
        request = {
            "kind": "CredentialProviderRequest",
            "apiVersion": provider["apiVersion"],
            "image": image,
            "serviceAccountToken": token,
        } | ({"serviceAccountAnnotations": said} if said else {})
        answer = self._run(provider, request)
        logins = {key: Login(**one) for key, one in (answer.get("auth") or {}).items()}
        echoed = any(one.password == token for one in logins.values())
        assert not echoed or provider["tokenAttributes"]["cacheType"] == "Token"
        kept = duration(answer.get("cacheDuration") or provider["defaultCacheDuration"])
        keys = {"Image": image, "Registry": image.partition("/")[0], "Global": "<global>"}
        if kept:
            self.cache[keys[answer["cacheKeyType"]], *account] = self.now + kept, logins
        return logins

    def _run(self, provider: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
        """Execute the plugin with a request on its standard input."""
        self.runs += 1
        own = {one["name"]: one["value"] for one in provider.get("env") or []}
        done = subprocess.run(
            [str(self.folder / provider["name"]), *(provider.get("args") or [])],
            input=json.dumps(request),
            env=os.environ | self.environment | own,
            text=True,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        if done.returncode:
            raise Refused(f"exit status {done.returncode}: {done.stderr}")
        return _response(done.stdout, provider["apiVersion"])


def _response(text: str, version: str) -> dict[str, Any]:
    """An answer as a kubelet decodes it."""
    answer: dict[str, Any] = json.loads(text)
    assert answer["apiVersion"] == version, answer
    assert answer["kind"] == "CredentialProviderResponse", answer
    assert answer.keys() <= RESPONSE, answer
    for one in (answer.get("auth") or {}).values():
        assert one.keys() == {"username", "password"}
        assert all(isinstance(value, str) for value in one.values())
    return answer


def _annotations(attributes: dict[str, Any], pod: Pod) -> dict[str, str] | None:
    """Those that a provider asked for; None where one that it requires is not there."""
    required = attributes.get("requiredServiceAccountAnnotationKeys") or []
    optional = attributes.get("optionalServiceAccountAnnotationKeys") or []
    if not set(required) <= pod.annotations.keys():
        return None
    return {key: pod.annotations[key] for key in (*required, *optional) if key in pod.annotations}


def _providers(config: str) -> list[dict[str, Any]]:
    """What a kubelet takes as its configuration (`validateCredentialProviderConfig`)."""
    content = yaml.safe_load(config)
    assert content.keys() == CONFIG, content
    said = content["apiVersion"], content["kind"]
    assert said == ("kubelet.config.k8s.io/v1", "CredentialProviderConfig")
    names = [provider["name"] for provider in content["providers"]]
    assert len(set(names)) == len(names) > 0, names
    for provider in content["providers"]:
        _require_provider(provider)
    return list(content["providers"])


def _require_provider(provider: dict[str, Any]) -> None:
    assert provider.keys() <= PROVIDER, provider
    assert not re.search(r"[/ ]|^\.\.?$", provider["name"]), provider
    assert provider["matchImages"], provider
    assert duration(provider["defaultCacheDuration"]) >= 0
    attributes = provider["tokenAttributes"]
    assert attributes.keys() <= TOKEN_ATTRIBUTES, attributes
    assert provider["apiVersion"] == V1, "tokenAttributes is only supported there"
    assert attributes["serviceAccountTokenAudience"]
    assert attributes["cacheType"] in ("ServiceAccount", "Token")
    required = attributes.get("requiredServiceAccountAnnotationKeys") or []
    assert attributes["requireServiceAccount"] is True or not required
    assert not set(required) & set(attributes.get("optionalServiceAccountAnnotationKeys") or [])


def matches(pattern: str, image: str) -> bool:
    """`URLsMatchStr`: a star stands for one part of a host's name; port and beginning of the path count."""
    host, _, path = pattern.partition("/")
    image_host, _, image_path = image.partition("/")
    (name, _, port), (image_name, _, image_port) = host.partition(":"), image_host.partition(":")
    parts, image_parts = name.split("."), image_name.split(".")
    return (
        port == image_port
        and len(parts) == len(image_parts)
        and all(fnmatch(own, part) for own, part in zip(image_parts, parts, strict=True))
        and image_path.startswith(path)
    )
