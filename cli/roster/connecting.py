"""What a connection needs besides an address: certificates to believe, and the proxy in between."""

import os
import ssl
import urllib.request
from urllib.parse import urlsplit

import httpx
import truststore

from roster.errors import Failure

PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")
# Where OpenSSL's own programs look for them.
FILE, FOLDER, KEY_LOG = "SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"


def connected(origin: str, headers: dict[str, str], ca_bundle: str | None) -> httpx.Client:
    """A client for that origin; redirects are not followed."""
    is_https = urlsplit(origin).scheme == "https"
    try:
        return httpx.Client(
            headers=headers,
            follow_redirects=False,
            # Without TLS there is nothing to believe, and a proxy between would read the token.
            verify=_believing(ca_bundle) if is_https else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            trust_env=is_https,
        )
    except (ValueError, ImportError, httpx.InvalidURL) as error:
        named = " or ".join(name for name in PROXIES if os.environ.get(name))
        # The address of a proxy may have a password in it.
        raise Failure(f"cannot use what {named} says: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, ImportError) else "that is no address"


def _believing(ca_bundle: str | None) -> ssl.SSLContext:
    """The certificates of a file that was named, else those that this machine believes."""
    name = "--ca-bundle" if ca_bundle else FILE
    file, folder = ca_bundle or os.environ.get(FILE), os.environ.get(FOLDER)
    try:
        if ca_bundle or file or folder:
            return ssl.create_default_context(cafile=file, capath=None if ca_bundle else folder)
        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    except OSError as error:
        if file and not _is_of_certificates(file):
            raise Failure(f"there are no certificates to read in {file} ({name})") from error
        raise Failure(f"cannot write to {os.environ.get(KEY_LOG)} ({KEY_LOG})") from error


def _is_of_certificates(file: str) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
    except OSError:
        return False
    return True


def proxy_for(origin: str) -> str:
    """Words about the proxy that requests to an origin go through, if there is one."""
    parts = urlsplit(origin)
    proxies = urllib.request.getproxies()
    if parts.scheme != "https" or not (proxies.get("https") or proxies.get("all")):
        return ""
    bypassed = urllib.request.proxy_bypass(str(parts.hostname))
    return "" if bypassed else " (through the proxy of HTTPS_PROXY or ALL_PROXY)"
