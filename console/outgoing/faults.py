"""What people are told when a request came to nothing. Nothing is said of hosts but what the URL says."""

import socket
import ssl

import h11

from console.outgoing.exchanges import MOST_BODY, TooLarge

NETWORKS, CA_FILE = "ROSTER_OUTGOING_NETWORKS", "ROSTER_OUTGOING_CA_FILE"
NOT_ALLOWED = (
    "resolves to an address that is not allowed. An operator can allow networks besides the Internet with"
    f" {NETWORKS}."
)
UNKNOWN_AUTHORITY = (
    "has a certificate of an authority that Roster does not know. An operator can add authorities with"
    f" {CA_FILE}."
)
TOO_LARGE = f"answers with more than {MOST_BODY // 1024} KiB, or with too much around that."
# What h11 calls a head that is longer than it may be (RFC 6585, 5).
TOO_LONG = 431
# X509_V_ERR_… of OpenSSL.
CERTIFICATES = {
    9: "has a certificate that is not yet valid.",
    10: "has a certificate that has expired.",
    18: UNKNOWN_AUTHORITY,
    19: UNKNOWN_AUTHORITY,
    20: UNKNOWN_AUTHORITY,
    21: UNKNOWN_AUTHORITY,
    62: "has a certificate for another name.",
    64: "has a certificate for another address.",
}
# The first that fits; most of them are errors of the operating system, the last one.
WORDS: list[tuple[type[Exception], str]] = [
    (TooLarge, TOO_LARGE),
    (h11.RemoteProtocolError, "gives an answer that is not HTTP/1.1, or breaks it off."),
    (socket.gaierror, "has no address that could be found."),
    (
        ssl.SSLError,
        "does not speak TLS with Roster: 1.2 or newer, without a certificate of Roster's own.",
    ),
    (ConnectionRefusedError, "refuses connections."),
    (ConnectionError, "broke the connection off."),
    (OSError, "cannot be reached."),
]


class OutgoingFault(Exception):
    """A request came to nothing. `reason` is a sentence for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def words_for(error: Exception, seconds: float) -> str:
    """What an error says about a host, to stand behind its name."""
    if isinstance(error, TimeoutError):
        return f"has not answered in full within {seconds:g} s."
    if isinstance(error, h11.RemoteProtocolError) and error.error_status_hint == TOO_LONG:
        return TOO_LARGE
    if isinstance(error, ssl.SSLCertVerificationError):
        return CERTIFICATES.get(error.verify_code, "has a certificate that is not valid.")
    return next(words for kind, words in WORDS if isinstance(error, kind))
