"""Vehicle identification numbers: their form and check digit (49 CFR 565.15)."""

from typing import Literal

LENGTH = 17
FIRST_STANDARD_YEAR = 1981  # before it manufacturers numbered as they liked
VALUES = dict(zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", "012345678912345678123457923456789", strict=True))
WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
CHECK_AT = 8  # counted from 0


def normalize(vin: str) -> str:
    """The VIN in capitals, without the spaces and hyphens that people put between its parts."""
    return "".join(vin.split()).replace("-", "").upper()


def problem(vin: str, year: int) -> Literal["vin_incomplete", "vin_wrong"] | None:
    """What is wrong with the normalized VIN of a vehicle of this model year; None when it may go on a card."""
    if not vin:
        return "vin_incomplete"
    if year < FIRST_STANDARD_YEAR:
        return None if vin.isascii() and vin.isalnum() else "vin_wrong"
    if len(vin) < LENGTH:
        return "vin_incomplete"
    if len(vin) > LENGTH or any(letter not in VALUES for letter in vin):
        return "vin_wrong"
    return None if check_digit(vin) == vin[CHECK_AT] else "vin_wrong"


def check_digit(vin: str) -> str:
    """The check digit, 0–9 or X, that belongs into the ninth place of a VIN of 17 permitted characters."""
    remainder = sum(int(VALUES[letter]) * weight for letter, weight in zip(vin, WEIGHTS, strict=True)) % 11
    return "X" if remainder == 10 else str(remainder)
