"""Vehicle identification numbers as people type them: whether one is whole and its check digit right.

The digit is computed after 49 CFR 565.15.
"""

from typing import Literal

LENGTH, CHECK_AT = 17, 8  # the ninth character, counted from 0
FIRST_STANDARD_YEAR = 1981  # before it manufacturers numbered as they liked
VALUES = dict(zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", "012345678912345678123457923456789", strict=True))
WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def doubt(vin: str, year: int) -> Literal["vin_incomplete", "vin_wrong"] | None:
    """What looks wrong with the VIN of a vehicle of this model year, in capitals and without spaces; None for nothing.

    One that was left out is no doubt: the agent asks for it.
    """
    if not vin or year < FIRST_STANDARD_YEAR:
        return None
    if len(vin) < LENGTH:
        return "vin_incomplete"
    if len(vin) > LENGTH or any(letter not in VALUES for letter in vin):
        return "vin_wrong"
    remainder = sum(int(VALUES[letter]) * weight for letter, weight in zip(vin, WEIGHTS, strict=True)) % 11
    return None if vin[CHECK_AT] == ("X" if remainder == 10 else str(remainder)) else "vin_wrong"
