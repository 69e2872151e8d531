"""The agency's brand colour as a set of colour roles that stay readable whatever colour it is (WCAG 2.2 AA)."""

from functools import lru_cache
from math import atan2, cos, hypot, sin

from contracts.identity.agencies import Agency

TEXT = 4.5  # WCAG 1.4.3, text
STRONG = 7.0  # what hovered and pressed text reaches
WHITE, BLACK, CANVAS = "#ffffff", "#000000", "#f5f6f8"

Rgb = tuple[float, float, float]


def brand_css(agency: Agency) -> str:
    """The agency's stylesheet: custom properties of the colour roles that portal.css paints with."""
    return _css(agency.brand_color.lower())


@lru_cache(maxsize=512)
def _css(color: str) -> str:
    return ":root{" + ";".join(f"--{role}:{value}" for role, value in roles(color).items()) + "}\n"


def roles(color: str) -> dict[str, str]:
    """Colour roles of a brand colour `#rrggbb`.

    `brand` is the colour itself with `on-brand` as its text; `accent` writes and fills on white, on the canvas and
    on `accent-soft`; `accent-strong` is its hovered state, `accent-line` a quiet border.
    """
    on_brand = WHITE if contrast(color, WHITE) >= TEXT else BLACK
    soft = mix(color, WHITE, 0.09)
    accent = darken(color, TEXT + 0.3, (WHITE, CANVAS, soft))
    return {
        "brand": color,
        "on-brand": on_brand,
        "brand-edge": mix(color, BLACK if on_brand == WHITE else WHITE, 0.8),
        "accent": accent,
        "accent-strong": darken(mix(accent, BLACK, 0.85), STRONG, (WHITE, CANVAS, soft)),
        "accent-soft": soft,
        "accent-line": mix(color, WHITE, 0.28),
    }


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(color: str, other: str, share: float) -> str:
    """`share` of a colour, the rest of another, as light looks mixed to the eye (gamma-coded sRGB)."""
    return _hex(tuple(share * a + (1 - share) * b for a, b in zip(_coded(color), _coded(other), strict=True)))


def darken(color: str, ratio: float, grounds: tuple[str, ...]) -> str:
    """The colour, or its lightest darker shade of the same hue, that reaches a contrast on every ground."""
    if all(contrast(color, ground) >= ratio for ground in grounds):
        return color
    lightness, chroma, hue = _oklch(color)
    low, high = 0.0, lightness
    for _ in range(12):
        middle = (low + high) / 2
        shade = _from_oklch(middle, chroma, hue)
        if all(contrast(shade, ground) >= ratio for ground in grounds):
            low = middle
        else:
            high = middle
    return _from_oklch(low, chroma, hue)


def _coded(color: str) -> Rgb:
    return int(color[1:3], 16) / 255, int(color[3:5], 16) / 255, int(color[5:7], 16) / 255


def _hex(coded: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(min(1.0, max(0.0, part)) * 255):02x}" for part in coded)


def _linear(color: str) -> Rgb:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _coded(color))
    return red, green, blue


def _luminance(color: str) -> float:
    red, green, blue = _linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _oklch(color: str) -> tuple[float, float, float]:
    """Lightness, chroma and hue (radians) in Oklab (Björn Ottosson, 2020), where shades keep their hue."""
    red, green, blue = _linear(color)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short, hypot(a, b), atan2(b, a)


def _from_oklch(lightness: float, chroma: float, hue: float) -> str:
    """The nearest sRGB colour: chroma gives way where the screen cannot show the shade."""
    for step in range(21):
        a, b = (chroma * (1 - step / 20) * turn(hue) for turn in (cos, sin))
        long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
        middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
        short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
        rgb = (
            4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
        )
        if all(-0.0005 <= part <= 1.0005 for part in rgb):
            break
    return _hex(tuple(12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in rgb))
