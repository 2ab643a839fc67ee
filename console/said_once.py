"""Messages that a page says once, kept by the browser: under a name that promises whose cookie it is."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class MessageCookie(CookieStorage):
    """Django's, by the name that the settings give."""

    cookie_name = settings.MESSAGE_COOKIE_NAME


class MessageStorage(FallbackStorage):
    """A cookie, and the session for what is too long for one."""

    storage_classes = (MessageCookie, SessionStorage)
