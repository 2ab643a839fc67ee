"""Nothing that other programs rely on changes unnoticed: addresses and the API's operations."""

from console.api.reference import document
from tests.api import contract

AGAIN = "`python -m tests.api.contract` writes the file anew, if the change is wanted"


def test_the_addresses_are_those_agreed() -> None:
    assert contract.addresses() == contract.ADDRESSES.read_text().splitlines(), AGAIN


def test_the_operations_of_the_api_are_those_agreed() -> None:
    agreed = contract.OPERATIONS.read_text().splitlines()
    assert contract.operations(document()) == agreed, AGAIN
