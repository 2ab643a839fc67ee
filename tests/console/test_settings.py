"""The environment: what is wrong is named, all of it at once; keys are made once, for the owner alone."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from console.configuration import values
from tests.console.reading import Done, start, start_python

PRODUCTION = {
    "ROSTER_ORIGIN": "https://roster.example.com",
    "ROSTER_REGISTRY_HOST": "registry.example.com",
    "ROSTER_TRUSTED_PROXIES": "10.0.0.0/8",
    "ROSTER_EMAIL_URL": "smtp://mail.example.com",
}
POSTGRESQL = {
    "ROSTER_DATABASE_URL": "postgresql://roster@db/roster",
    "ROSTER_KEYRING_FILE": "{data}/keyring.json",
    "ROSTER_SECRET_KEY": "only-for-tests-" * 4,
}


def read(data: Path, **environment: str) -> dict[str, str]:
    return known_to(start(data, **environment))


def known_to(done: Done) -> dict[str, str]:
    """The settings as a process found them that got through."""
    assert done.returncode == 0, done.stderr
    known: dict[str, str] = json.loads(done.stdout)
    return known


def told(data: Path, **environment: str) -> dict[str, str]:
    """What is said of each variable that is complained about."""
    done = start(data, **environment)
    assert done.returncode != 0
    _, _, lines = done.stderr.partition("ImproperlyConfigured: the environment is not usable\n")
    assert lines
    assert not (data / "secret_key").exists()
    said = [line.strip().partition(": ") for line in lines.splitlines()]
    assert len({name for name, _, _ in said}) == len(said), "each once"
    return {name: text for name, _, text in said}


def faults(data: Path, **environment: str) -> set[str]:
    """The names of the variables that are complained about."""
    return set(told(data, **environment))


def test_without_anything_it_is_local(tmp_path: Path) -> None:
    known = known_to(start_python(tmp_path))
    assert known["ROSTER_ORIGIN"] == "http://127.0.0.1:8000"
    assert (known["DEBUG"], known["SECURE"], known["ROSTER_HOST"]) == (
        "False",
        "False",
        "127.0.0.1",
    )
    assert known["SESSION_COOKIE_NAME"] == "roster-session"
    key = tmp_path / "secret_key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(key.read_text()) >= 64
    assert known["SECRET_KEY"] == key.read_text()
    assert read(tmp_path)["SECRET_KEY"] == known["SECRET_KEY"]


def test_an_https_origin_is_production(tmp_path: Path) -> None:
    known = read(tmp_path, **PRODUCTION)
    assert (known["SECURE"], known["ROSTER_HOST"]) == ("True", "0.0.0.0")
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"):
        assert known[name] == "True"
    for name in ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "THEME_COOKIE_NAME"):
        assert known[name].startswith("__Host-")
    assert known["HSTS"] == "max-age=31536000"
    assert (known["SECURE_HSTS_SECONDS"], known["SECURE_HSTS_INCLUDE_SUBDOMAINS"]) == (
        "31536000",
        "False",
    )
    assert known["ALLOWED_HOSTS"] == "['roster.example.com']"


def test_what_browsers_are_told_of_other_hosts_is_a_choice(tmp_path: Path) -> None:
    def heard(**chosen: str) -> str:
        return read(tmp_path, **PRODUCTION, **chosen)["HSTS"]

    assert heard(ROSTER_HSTS="off") == ""
    assert heard(ROSTER_HSTS="subdomains") == "max-age=31536000; includeSubDomains"
    assert heard(ROSTER_HSTS="preload") == "max-age=31536000; includeSubDomains; preload"


def test_proxies_are_addresses_networks_and_sockets(tmp_path: Path) -> None:
    chosen = {
        "ROSTER_TRUSTED_PROXIES": "10.0.0.7, 2001:db8::/32 unix:",
        "ROSTER_FORWARDED_HEADER": "forwarded",
    }
    known = read(tmp_path, **chosen)["PROXIES"]
    assert known == "Proxies(networks='10.0.0.7 2001:db8::/32', unix=True, header='Forwarded')"


@pytest.mark.parametrize(
    ("environment", "names"),
    [
        (
            {
                "ROSTER_TRUSTED_PROXIES": "1",
                "ROSTER_FORWARDED_HEADER": "X-Real-IP",
                "ROSTER_HSTS": "yes",
            },
            {"ROSTER_TRUSTED_PROXIES", "ROSTER_FORWARDED_HEADER", "ROSTER_HSTS"},
        ),
        ({"ROSTER_TRUSTED_PROXIES": "10.0.0.1/8"}, {"ROSTER_TRUSTED_PROXIES"}),
        (
            {"ROSTER_HOST": "unix:/run/roster.sock", "ROSTER_TRUSTED_PROXIES": "127.0.0.1"},
            {"ROSTER_TRUSTED_PROXIES"},
        ),
        (
            {
                "ROSTER_ORIGIN": "ftp://x",
                "PORT": "x",
                "ROSTER_LOG_LEVEL": "LOUD",
                "ROSTER_DATABASE_URL": "mysql://x",
                "ROSTER_REGISTRY_TOKEN_SECONDS": "59",
                "ROSTER_ORGANIZATION_CREATION": "nobody",
                "ROSTER_TRUSTED_PROXIES": "one",
                "ROSTER_EMAIL_URL": "mail.example.com",
            },
            {
                "ROSTER_ORIGIN",
                "PORT",
                "ROSTER_LOG_LEVEL",
                "ROSTER_DATABASE_URL",
                "ROSTER_REGISTRY_TOKEN_SECONDS",
                "ROSTER_ORGANIZATION_CREATION",
                "ROSTER_TRUSTED_PROXIES",
                "ROSTER_EMAIL_URL",
            },
        ),
        (
            {
                "ROSTER_ORIGIN": "https://roster.example.com",
                "ROSTER_DATA": "UNSET",
                "ROSTER_DATABASE_URL": "postgresql://db/roster",
                "ROSTER_SECRET_KEY_FILE": "/nowhere",
            },
            {
                "ROSTER_DATA",
                "ROSTER_REGISTRY_HOST",
                "ROSTER_TRUSTED_PROXIES",
                "ROSTER_EMAIL_URL",
                "ROSTER_KEYRING_FILE",
                "ROSTER_SECRET_KEY",
            },
        ),
        (
            {"ROSTER_SECRET_KEY_FILE": "{data}", "PORT": "65536", "ROSTER_WORKERS": "-1"},
            {"ROSTER_SECRET_KEY", "PORT", "ROSTER_WORKERS"},
        ),
    ],
)
def test_every_fault_is_named_at_once(
    tmp_path: Path, environment: dict[str, str], names: set[str]
) -> None:
    found = faults(tmp_path, **environment)
    assert {
        name.removesuffix("_FILE") if name.startswith("ROSTER_SECRET") else name for name in found
    } == names


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost:8000",
        "http://127.0.0.1:8000",
        "http://127.1.2.3",
        "http://[::1]:8000",
        "https://roster.example.com",
        "https://roster.example.com:8443",
        "https://10.0.0.1/",
    ],
)
def test_a_good_origin_is_taken_as_it_is(origin: str) -> None:
    assert values.origin(origin) == origin.rstrip("/")


def test_a_mail_server_gets_twenty_seconds_for_an_answer_unless_told_otherwise(
    tmp_path: Path,
) -> None:
    url = "smtp://u:p@mail.example.com:587/?tls=True"
    for value, seconds in ((url, "20"), (f"{url}&timeout=5", "5")):
        known = read(tmp_path, ROSTER_EMAIL_URL=value)
        assert (known["EMAIL_HOST"], known["EMAIL_TIMEOUT"]) == ("mail.example.com", seconds)


def test_production_goes_without_e_mail_only_if_told_to_and_prints_none(tmp_path: Path) -> None:
    for url in ("UNSET", "console:", "console://"):
        assert faults(tmp_path, **PRODUCTION | {"ROSTER_EMAIL_URL": url}) == {"ROSTER_EMAIL_URL"}
    known = read(tmp_path, **PRODUCTION | {"ROSTER_EMAIL_URL": "none"})
    assert known["ROSTER_SENDS_MAIL"] == "False"
    assert "console" not in known["EMAIL_BACKEND"]
    assert read(tmp_path, **PRODUCTION)["ROSTER_SENDS_MAIL"] == "True"


def test_secrets_may_stand_in_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from a file " * 5 + "\n")
    known = read(tmp_path, ROSTER_SECRET_KEY_FILE=str(secret))
    assert known["SECRET_KEY"] == ("from a file " * 5).strip()
    assert not (tmp_path / "secret_key").exists()


def test_replicas_share_what_is_given(tmp_path: Path) -> None:
    known = read(tmp_path, **POSTGRESQL)
    assert "console.databases.postgresql" in known["DATABASES"]
    assert not (tmp_path / "secret_key").exists()


def test_processes_that_start_at_once_make_one_secret_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        started = [*pool.map(lambda _: start_python(tmp_path), range(3))]
    keys = {known_to(each)["SECRET_KEY"] for each in started}
    assert len(keys) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret_key"]
