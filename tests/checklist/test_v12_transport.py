"""V12: TLS, where Roster speaks it itself."""

import ssl

import pytest

from console.outgoing.client import GuardedClient
from tests.console.outgoing.conftest import Serve, client, serve  # noqa: F401 - fixtures
from tests.console.outgoing.test_client import fault


def test_old_tls_is_not_spoken(
    serve: Serve,  # noqa: F811 - the fixture
    client: GuardedClient,  # noqa: F811 - the fixture
) -> None:
    """V12.1.1: with a server that speaks nothing newer than TLS 1.1 there is no connection."""
    server = serve()
    assert client.get(server.url()).status == 200
    assert server.context
    server.context.set_ciphers("ALL:@SECLEVEL=0")
    server.context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with pytest.warns(DeprecationWarning, match="TLSv1_1 is deprecated"):
        server.context.maximum_version = ssl.TLSVersion.TLSv1_1
    assert "TLS" in fault(client, server.url())
