"""Path parts of our own."""

from django.urls.converters import StringConverter


class NameConverter(StringConverter):
    """The characters of a name or slug; whether it is one is found out by looking it up."""

    regex = "[a-z0-9._-]+"


class RestConverter(StringConverter):
    """Whatever is left of a path, line breaks included."""

    regex = r"[\s\S]*"
