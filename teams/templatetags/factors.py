"""What pages hand to passkeys."""

import json

from django import template
from django.core.serializers.json import DjangoJSONEncoder

register = template.Library()


@register.filter
def as_json(question: object) -> str:
    """What a passkey is asked, as scripts read it."""
    return json.dumps(question, cls=DjangoJSONEncoder)
