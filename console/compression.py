"""Which answers are compressed: pages that somebody reads. An answer that may hold a secret never is."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

Respond = Callable[[HttpRequest], HttpResponseBase]
READING = ("GET", "HEAD")


def compressed_pages(respond: Respond) -> Respond:
    """Compress pages that are asked for by GET, padded with up to 100 random bytes.

    From lengths of compressed answers one can guess a secret in them, letter by letter (BREACH,
    https://www.breachattack.com/). Secrets of tokens stand in answers to POST alone, the token
    of a form is masked anew for each answer, and other sites get none of our cookies with what they
    embed; the padding blurs what else a page says.
    """
    gzip = GZipMiddleware(lambda request: HttpResponse())

    def respond_compressed(request: HttpRequest) -> HttpResponseBase:
        response = respond(request)
        if not _is_page(response):
            return response
        if request.method in READING:
            return gzip.process_response(request, response)
        # A thing that is not there, or not to be seen, is the same to every question.
        patch_vary_headers(response, ("Accept-Encoding",))
        return response

    return respond_compressed


def _is_page(response: HttpResponseBase) -> bool:
    return not response.streaming and response.headers.get("Content-Type", "").startswith(
        "text/html"
    )
