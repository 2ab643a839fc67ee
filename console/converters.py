"""Path parts of our own."""

from django.urls.converters import StringConverter


class NameConverter(StringConverter):
    """The characters of a name or slug; whether it is one is found out by looking it up."""

    regex = "[a-z0-9._-]+"
