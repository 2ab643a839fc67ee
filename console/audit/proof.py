"""A proof of the keyring's roots: they sealed the ends of chains."""

from console.audit.verification import is_sealed
from console.models import AuditHead


def seals_a_chain(number: int) -> bool | None:
    """Whether the end of a chain was sealed under this root; `None` where none says so."""
    head = AuditHead.objects.filter(root_number=number, number__gt=0).first()
    return None if head is None else is_sealed(head)
