"""Somebody's browser before a cluster: through the load balancer's TLS, whoever signed its certificate."""

import ssl
import urllib.request

from tests.interop.console import Console

PASSWORD = "a long enough phrase"


class Browser(Console):
    """Of somebody in acme."""

    def __init__(self, origin: str) -> None:
        super().__init__(origin, "acme")
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context),
            urllib.request.HTTPCookieProcessor(self.cookies),
        )
        # Without it no form is taken over https.
        self.opener.addheaders = [("Referer", f"{origin}/"), ("User-Agent", "drill")]

    @property
    def cookie(self) -> str:
        """What it sends, to be sent elsewhere."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.cookies)
