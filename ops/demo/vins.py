"""Vehicle identification numbers that are right in form (49 CFR 565) and belong to no vehicle."""

LETTERS = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
YEARS = "ABCDEFGHJKLMNPRSTVWXY123456789"  # position 10, from 1980, again from 2010


def vin(year: int, serial: int) -> str:
    """A 17-character number with a right check digit; `serial` is below a million.

    The manufacturer's part (1PX DEM) is invented.
    """
    stem = f"1PXDEMAB0{YEARS[(year - 1980) % 30]}P{serial:06d}"
    return stem[:8] + check_digit(stem) + stem[9:]


def check_digit(number: str) -> str:
    """The ninth character that the other sixteen ask for: 0 to 9 or X."""
    total = sum(
        weight * (int(sign) if sign.isdigit() else LETTERS[sign]) for weight, sign in zip(WEIGHTS, number, strict=True)
    )
    return "0123456789X"[total % 11]
