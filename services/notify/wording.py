"""The words of mails and texts: templates by mail and language, in the agency's dress."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from contracts.identity.agencies import AgencyDetails, Language

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Letter:
    """What a mail says: the same in `text` and in `html`."""

    subject: str
    text: str
    html: str


class Wording:
    """Draws up mails and texts; `portal` is the portal's address without an agency."""

    def __init__(self, portal: str) -> None:
        self._portal = portal
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=select_autoescape(enabled_extensions=("html",), default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )

    def letter(self, mail: str, language: Language, agency: AgencyDetails, **facts: str | Mapping[str, str]) -> Letter:
        """The mail `mail` with the facts that its templates name."""
        common = {
            **facts,
            "language": language,
            "agency": agency,
            "place": place(agency),
            "on_brand": readable_on(agency.brand_color),
            "portal": f"{self._portal}/{agency.slug}/",
        }
        folder = f"{mail}/{language}"
        subject = " ".join(self._templates.get_template(f"{folder}/subject.txt").render(common).split())
        common["subject"] = subject
        text = self._templates.get_template(f"{folder}/body.txt").render(common).strip() + "\n"
        return Letter(subject, text, self._templates.get_template(f"{folder}/body.html").render(common))

    def text(self, name: str, language: Language, **facts: str) -> str:
        """The text message `name`, as its template has it."""
        return self._templates.get_template(f"texts/{name}/{language}.txt").render(facts).strip()


def place(agency: AgencyDetails) -> str:
    """The agency's postal address on one line, without the parts that it has not given."""
    region = " ".join(part for part in (agency.state, agency.postal_code) if part)
    return ", ".join(part for part in (agency.street, agency.city, region) if part)


def readable_on(color: str) -> str:
    """Black or white, whichever contrasts more with `#rrggbb` (WCAG's relative luminance)."""
    red, green, blue = (_linear(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#ffffff" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 else "#111111"


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
