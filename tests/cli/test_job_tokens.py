"""Where `roster login --oidc` finds a job's token: each system's own way, its words, and its faults."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.cli.jobs import REGISTRY, Workplace, log_in
from tests.cli.shells import Ran, Shell
from tests.cli.standins import SECRET, Reply, StandIn
from tests.cli.test_docker_credential import login

ASKING = "request-token-of-the-job"
AUDIENCE = "https://shared.example.com/?a=b&c=d"


def refused(shell: Shell, *arguments: str, typed: str = "", **environment: str) -> Ran:
    """What a login comes to for which there is no token."""
    server = ("--server", "http://127.0.0.1:1")
    ran = shell("login", "--oidc", *server, *arguments, typed=typed, **environment)
    assert (ran.code, ran.out) == (1, "")
    assert not shell.config.exists()
    return ran


def of_github(standin: StandIn) -> dict[str, str]:
    """What a job at GitHub has in its environment."""
    return {
        "GITHUB_ACTIONS": "true",
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{standin.url}/idtoken/7?api-version=2.0",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": ASKING,
    }


def program(shell: Shell, name: str, *tokens: str) -> dict[str, str]:
    """A program of the job's that gives one token after the other, and writes down what it is asked."""
    folder = shell.home / "programs"
    folder.mkdir()
    (folder / "tokens").write_text("".join(f"{token}\n" for token in tokens))
    file = folder / name
    file.write_text(
        f"#!/bin/sh\nprintf '%s\\n' \"$@\" >> {folder}/asked\n"
        f"head -n 1 {folder}/tokens\nsed -i 1d {folder}/tokens\n"
    )
    file.chmod(0o755)
    return {"PATH": f"{folder}:{shell.environment['PATH']}"}


def asked_of(shell: Shell) -> list[str]:
    return (shell.home / "programs" / "asked").read_text().splitlines()


def test_github_is_asked_for_a_token_for_each(
    shell: Shell, job: Workplace, standin: StandIn
) -> None:
    standin.will(Reply(body={"value": job.token()}), Reply(body={"value": job.token()}))
    audience = ("--audience", job.trust.audience)
    log_in(shell, job, *audience, "--registry", REGISTRY, **of_github(standin))
    found = login(shell, REGISTRY)
    assert job.gets_in(found["Username"], found["Secret"])
    assert len(standin.asked) == 2
    for asked in standin.asked:
        parts = urlsplit(asked.path)
        assert (asked.method, parts.path) == ("GET", "/idtoken/7")
        wanted = {"api-version": ["2.0"], "audience": [job.trust.audience]}
        assert parse_qs(parts.query) == wanted
        assert asked.headers["Authorization"] == f"Bearer {ASKING}"


@pytest.mark.parametrize(
    "reply", [Reply(403, b"no"), Reply(body=b"<html>"), Reply(body=[]), Reply(body={"count": 1})]
)
def test_github_gives_none(shell: Shell, standin: StandIn, reply: Reply) -> None:
    standin.will(reply)
    ran = refused(shell, "--audience", AUDIENCE, **of_github(standin))
    assert ran.error == f"GitHub gives this job no token (it answers with {reply.status})"
    assert parse_qs(urlsplit(standin.asked[0].path).query)["audience"] == [AUDIENCE]


def test_the_audience_has_to_be_said_where_one_asks(shell: Shell, standin: StandIn) -> None:
    words = "say for whom the token has to be, by --audience; it stands on the trust's page"
    assert refused(shell, **of_github(standin)).error == words
    for name in ("buildkite", "circleci", "google"):
        assert refused(shell, "--token-from", name).error == words
    assert standin.asked == []


def test_buildkites_program_is_asked(shell: Shell, job: Workplace) -> None:
    known = program(shell, "buildkite-agent", job.token(), job.token()) | {"BUILDKITE": "true"}
    audience = ("--audience", job.trust.audience)
    log_in(shell, job, *audience, **known)
    log_in(shell, job, *audience, BUILDKITE_OIDC_TOKEN_CLAIMS="pipeline_id,cluster_id", **known)
    once = ["oidc", "request-token", *audience]
    assert asked_of(shell) == [*once, "--claim", "pipeline_id", *once]


def test_circlecis_program_is_asked_for_an_audience(shell: Shell, job: Workplace) -> None:
    token = job.token()
    known = program(shell, "circleci", token, token, job.token())
    audience = ("--audience", job.trust.audience)
    log_in(shell, job, *audience, "--registry", REGISTRY, CIRCLECI="true", **known)
    assert len(asked_of(shell)) == 15
    *words, claims = asked_of(shell)[:5]
    assert words == ["run", "oidc", "get", "--claims"]
    assert json.loads(claims) == {"aud": job.trust.audience}


def test_circlecis_variable_is_for_the_organization_there(shell: Shell, job: Workplace) -> None:
    log_in(shell, job, CIRCLECI="true", CIRCLE_OIDC_TOKEN_V2=job.token())


def test_programs_that_are_not_there_or_fail(shell: Shell) -> None:
    asked = ("--audience", AUDIENCE, "--token-from", "buildkite")
    assert refused(shell, *asked).error == "buildkite-agent is not there to ask for a token"
    known = program(shell, "buildkite-agent")
    file = shell.home / "programs" / "buildkite-agent"
    file.write_text("#!/bin/sh\necho no such job >&2\nexit 3\n")
    ran = refused(shell, *asked, **known)
    assert ran.error == "buildkite-agent gives this job no token; it ends with 3"
    assert ran.err.startswith("no such job\n")


def test_google_is_asked_on_request_alone(shell: Shell, job: Workplace, standin: StandIn) -> None:
    known = {"GCE_METADATA_HOST": urlsplit(standin.url).netloc}
    flavor = {"Metadata-Flavor": "Google"}
    standin.will(Reply(body=job.token().encode(), headers=flavor))
    named = ("--audience", job.trust.audience)
    assert "no token that could be found" in refused(shell, *named, **known).error
    log_in(shell, job, *named, "--token-from", "google", **known)
    (asked,) = standin.asked
    assert asked.headers["Metadata-Flavor"] == "Google"
    assert parse_qs(urlsplit(asked.path).query)["audience"] == [job.trust.audience]


def test_who_is_not_googles_metadata_server(shell: Shell, standin: StandIn) -> None:
    standin.will(Reply(body=b"eyJ.e30.x"))
    known = {"GCE_METADATA_HOST": urlsplit(standin.url).netloc}
    ran = refused(shell, "--audience", AUDIENCE, "--token-from", "google", **known)
    assert ran.error == "Google's metadata server gives this job no token (it answers with 200)"


def test_a_pods_file(shell: Shell, job: Workplace) -> None:
    place = shell.home / "token"
    for named in ({"ROSTER_ID_TOKEN_FILE": str(place)}, {}):
        place.write_text(job.token())
        log_in(shell, job, *([] if named else ["--token-file", "token"]), **named)
    log_in_from_stdin = ("login", "--oidc", "--server", job.url, "--token-file", "-")
    assert shell.good(*log_in_from_stdin, typed=f"{job.token()}\n")


def test_files_and_variables_in_which_there_is_none(shell: Shell) -> None:
    ran = refused(shell, "--token-file", "nowhere")
    assert ran.error == "cannot read nowhere: No such file or directory"
    assert refused(shell, "--token-file", ".").error == "cannot read .: Is a directory"
    ran = refused(shell, "--token-env", "NOWHERE")
    assert ran.error == "the variable NOWHERE has no signed token (JWT)"
    (shell.home / "huge").write_text("eyJ" * 2**16)
    for text in (SECRET, "", "eyJ.e30", "<html>", "ä.ö.ü"):
        ran = refused(shell, "--token-file", "-", typed=text)
        assert ran.error == "standard input has no signed token (JWT)"
    assert refused(shell, "--token-file", "huge").error == "huge has no signed token (JWT)"


@pytest.mark.parametrize(
    ("variable", "words"),
    [
        ("GITHUB_ACTIONS", "it needs `permissions: {id-token: write}`"),
        ("GITLAB_CI", "name ROSTER_ID_TOKEN under `id_tokens` of the job"),
        ("KUBERNETES_SERVICE_HOST", "mount one into the pod as a projected volume"),
        ("ANYTHING", "put it into ROSTER_ID_TOKEN, or say where it is by --token-file"),
    ],
)
def test_what_a_job_without_a_token_has_to_change(shell: Shell, variable: str, words: str) -> None:
    assert words in refused(shell, **{variable: "true"}).error
    assert "permissions: {id-token: write}" in refused(shell, "--token-from", "github").error


def test_what_is_named_counts_before_what_is_found(
    shell: Shell, job: Workplace, standin: StandIn
) -> None:
    log_in(shell, job, ROSTER_ID_TOKEN=job.token(), **of_github(standin))
    named = ("--token-env", "MINE")
    log_in(shell, job, *named, ROSTER_ID_TOKEN="none", MINE=job.token(), **of_github(standin))
    assert standin.asked == []
