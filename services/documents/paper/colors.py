"""An agency's brand colour on paper: readable on white and under text, by WCAG's contrast ratio."""

from reportlab.lib.colors import Color, HexColor, black, white

READABLE = 4.5  # contrast ratio for text (WCAG 2.2, 1.4.3)
DARKER = 0.95


def text_on(background: Color) -> Color:
    """Black or white, whichever reads better on the background; one of them always has enough contrast."""
    return white if contrast(white, background) >= contrast(black, background) else black


def readable(color: str) -> Color:
    """The colour (`#rrggbb`), darkened until text in it reads well on white."""
    found = HexColor(color)
    while contrast(found, white) < READABLE:
        found = Color(found.red * DARKER, found.green * DARKER, found.blue * DARKER)
    return found


def contrast(one: Color, other: Color) -> float:
    """WCAG's contrast ratio, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (color.red, color.green, color.blue)
    )
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)
