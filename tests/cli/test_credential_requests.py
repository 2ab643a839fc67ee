"""`roster-credential-provider`: requests that no kubelet sends, and configurations that cannot work."""

import pytest

from tests.cli.shells import Shell
from tests.cli.test_credential_provider import HERE, REQUEST, ask, complaint
from tests.kubelets import V1


@pytest.mark.parametrize("version", ["v1alpha1", "v1beta1"])
def test_versions_without_tokens_are_refused_in_words(shell: Shell, version: str) -> None:
    given = {**REQUEST, "apiVersion": f"credentialprovider.kubelet.k8s.io/{version}"}
    assert complaint(ask(shell, given, *HERE)) == (
        f"there is no service account token in {given['apiVersion']}; set apiVersion to {V1}"
    )


@pytest.mark.parametrize(
    "given",
    [
        "",
        "no JSON",
        "[" * 100_000,
        "[]",
        "null",
        "\x00",
        {},
        {**REQUEST, "kind": "ExecCredential"},
        {**REQUEST, "apiVersion": "client.authentication.k8s.io/v1"},
        {**REQUEST, "apiVersion": ["v1"]},
        {**REQUEST, "image": None},
        {**REQUEST, "image": 7},
        {**REQUEST, "serviceAccountToken": {}, "image": "a"},
        {**REQUEST, "serviceAccountToken": ["eyJ"]},
        {**REQUEST, "serviceAccountAnnotations": ["roster/robot"]},
        {**REQUEST, "serviceAccountAnnotations": {"roster/robot": 7}},
        {**REQUEST, "image": "x" * 2**20},
    ],
    ids=range(17),
)
def test_what_no_kubelet_asks(shell: Shell, given: object) -> None:
    words = "standard input has no CredentialProviderRequest of a kubelet"
    assert complaint(ask(shell, given, *HERE)) == words


def test_a_kubelet_that_sends_no_token_is_told_what_to_configure(shell: Shell) -> None:
    ran = ask(shell, REQUEST | {"serviceAccountToken": ""}, *HERE)
    assert "set tokenAttributes.serviceAccountTokenAudience" in complaint(ran)


def test_what_is_no_token_is_not_sent(shell: Shell) -> None:
    ran = ask(shell, REQUEST | {"serviceAccountToken": "not-a-token"}, *HERE)
    assert complaint(ran) == "the request of the kubelet has no signed token (JWT)"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "say where Roster is, by --server"),
        (HERE[:2], "say which registry asks Roster, by --registry"),
        ((*HERE, "--registry", "b", "--service", "a"), "--service is what one registry is called"),
        ((*HERE, "--brew"), "No such option '--brew'."),
        ((*HERE, "brew"), "Got unexpected extra argument (brew)"),
        ((*HERE, "--timeout", "never"), "never is no number of seconds"),
        (("--server", "http://roster.invalid", *HERE[2:]), "refusing to send a token to"),
        (("--server", "roster.invalid", *HERE[2:]), "is not the address of a server"),
        ((*HERE, "--timeout", "0.1"), "cannot reach http://127.0.0.1:1"),
    ],
)
def test_wrong_configuration_is_one_line(
    shell: Shell, arguments: tuple[str, ...], words: str
) -> None:
    assert words in complaint(ask(shell, REQUEST, *arguments))
