"""What a stranger may see of an address."""

import pytest

from kit.masking import mask_email, mask_phone


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("pat.rivera@example.com", "p•••@e•••.com"),
        ("a@b.co", "a•••@b•••.co"),
        ("x@mail.county.example", "x•••@m•••.example"),
    ],
)
def test_addresses_are_masked(address: str, masked: str) -> None:
    assert mask_email(address) == masked


def test_of_a_number_the_last_two_digits_are_seen() -> None:
    assert mask_phone("+15125550112") == "••• 12"
