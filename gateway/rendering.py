"""Pages as HTML: templates, translations and formats, one compiled environment per language."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from contracts.identity.agencies import Agency
from contracts.identity.contacts import Me

from .addresses import root_of
from .brand import brand_css
from .compiled import Compiler, Kept
from .formats import Formats

__all__ = ["ASSETS", "LANGUAGES", "Page", "Renderer", "brand_css", "fingerprint", "translate"]

HERE = Path(__file__).parent
TEMPLATES, ASSETS, LOCALE = HERE / "portal" / "templates", HERE / "assets", HERE / "locale"
CONSOLE = HERE / "console" / "templates"
Language = Literal["en", "es"]
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # none of our own texts has one
TURNS = dict.fromkeys(map(ord, TURNING))
LANGUAGES: tuple[Language, ...] = ("en", "es")


@dataclass(frozen=True)
class Look:
    """A read-only view of somebody's portal: its impersonation, who looks and until when (both empty outside it)."""

    id: UUID
    agent: str = ""
    until: datetime | None = None


@dataclass(frozen=True)
class Page:
    """What every page of an agency's portal knows about itself.

    `path` is the address without its root ("/policies"), where a change of language leads back to; `me` is empty
    before sign-in; `tab` names the tab or menu entry that is open; `notice` is a translated sentence about what has
    just been done; `view` is the read-only view that the page lies in; `nonce` belongs to the answer's content
    security policy.
    """

    agency: Agency
    language: Language
    path: str
    csrf: str
    me: Me | None = None
    tab: str = ""
    notice: str = ""
    nonce: str = ""
    view: Look | None = None

    @property
    def root(self) -> str:
        """What every address of this portal, or of this view of it, starts with."""
        return root_of(self.agency.slug, self.view.id if self.view else None)

    @property
    def front(self) -> str:
        """What every address of the portal itself starts with, seen from a view too."""
        return root_of(self.agency.slug)


class Renderer:
    """Renders the portal's templates; `assets_version` is part of every asset's address."""

    def __init__(self, assets_version: str = "") -> None:
        self.assets_version = assets_version or fingerprint()
        self.environments = {language: _environment(language, self.assets_version) for language in LANGUAGES}

    def render(self, template: str, page: Page | None, **values: Any) -> str:
        """The page of a template with its values; `page` is empty where no agency is known."""
        environment = self.environments[page.language if page else "en"]
        return without_turns(environment.get_template(template).render(page=page, **values))


def without_turns(page: str) -> str:
    """The page without the marks that turn the direction of text: in somebody's name they would turn our sentences."""
    return page.translate(TURNS) if any(mark in page for mark in TURNING) else page


def translate(text: str, language: Language) -> str:
    """A sentence in a language: msgids are the English texts, a refusal's title among them."""
    return translations(language).gettext(text)


@cache
def translations(language: Language) -> NullTranslations:
    """The texts of a language; English is what the msgids say."""
    if language == "en":
        return NullTranslations()
    compiled = BytesIO()
    with (LOCALE / f"{language}.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=language, abort_invalid=True))
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def fingerprint() -> str:
    """A short hash of all assets: it changes when one of them does, so that browsers may keep them for ever."""
    digest = sha256()
    for asset in sorted(ASSETS.iterdir()):
        digest.update(asset.name.encode() + b"\0" + asset.read_bytes())
    return digest.hexdigest()[:12]


def _icons(sprite: str) -> Callable[[str], Markup]:
    """The icon of a name; a function, because a page has dozens of them and a macro call costs more than the text."""

    @cache
    def icon(name: str) -> Markup:
        return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>').format(sprite, name)

    return icon


def _contact_information(environment: Environment) -> Callable[[Agency], Markup]:
    """How an agency is reached, at the end of every page: drawn once as long as its record stays the same."""

    @lru_cache(1000)
    def contact_information(agency: Agency) -> Markup:
        module: Any = environment.get_template("parts.html").module
        return Markup(module.reach(agency))  # noqa: S704 - a macro of ours, which has escaped its values

    return contact_information


def _environment(language: Language, assets_version: str) -> Environment:
    texts = translations(language)
    environment = Compiler(
        texts,
        _icons(f"/assets/{assets_version}/icons.svg"),
        loader=ChoiceLoader([FileSystemLoader(TEMPLATES), PrefixLoader({"console": FileSystemLoader(CONSOLE)})]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=Kept(language, [assets_version.encode(), *_ingredients()]),
    )
    environment.filters.update(Formats(language, texts).filters())
    environment.globals.update(assets=f"/assets/{assets_version}", language=language)
    environment.globals["contact_information"] = _contact_information(environment)
    for name in environment.list_templates():
        environment.get_template(name)
    return environment


@cache
def _ingredients() -> list[bytes]:
    """What a compiled template is made of beside itself: the code that compiles, words and formats, and the texts."""
    return [file.read_bytes() for file in [*sorted(HERE.glob("*.py")), *sorted(LOCALE.glob("*.po"))]]
