"""Texts that are put into templates when they are compiled: every page is as Jinja itself would have written it."""

from gettext import NullTranslations
from pathlib import Path

import pytest
from jinja2 import DictLoader, nodes
from markupsafe import Markup

from gateway import compiled
from gateway.compiled import Compiler, Kept
from gateway.rendering import Renderer

from . import portal_samples as samples
from .portal_screens import SCREENS


class Spanish(NullTranslations):
    """Some texts of another language."""

    def gettext(self, message: str) -> str:
        return {
            "Hello, %(name)s": "¡Hola, %(name)s!",
            "%(a)s of %(b)s": "%(b)s: %(a)s",
            "Twice": "%(name)s & %(name)s",
            "Odd": "100 %% of <b>%(name)s</b>",
            "Less": "nobody",
        }.get(message, message)


def icon(name: str) -> Markup:
    return Markup("<svg>{}</svg>").format(name)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer()


@pytest.fixture(scope="module")
def as_jinja_does() -> Renderer:
    """The oracle: nothing is worked out beforehand, and nothing kept."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(compiled.Texts, "visit", lambda _, node: node)
        patched.setattr(Kept, "load_bytecode", lambda *_: None)
        patched.setattr(Kept, "dump_bytecode", lambda *_: None)
        return Renderer()


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_is_as_jinja_writes_it(renderer: Renderer, as_jinja_does: Renderer, language) -> None:
    for name, (template, page, known) in SCREENS.items():
        given = samples.page(language, samples.AGENCY, **page)
        assert renderer.render(template, given, **known) == as_jinja_does.render(template, given, **known), name


@pytest.mark.parametrize(
    "source",
    [
        "{% trans name=who %}Hello, {{ name }}{% endtrans %}",
        "{% trans a=who, b=2 %}{{ a }} of {{ b }}{% endtrans %}",
        "{% trans %}50% off & more{% endtrans %}",
        '{{ _("Hello, %(name)s", name=who) }}',
        '{{ _("Twice", name=who) }}{{ _("Odd", name=who) }}{{ _("Less", name=who) }}',
        '{% set told = _("Hello, %(name)s", name=who) %}{{ told }}|{{ told|length }}|{{ told|upper }}',
        '{{ _("Hello, %(name)s", name=who) ~ who }}{{ who ~ "<" }}',
        '{{ icon("a<b") }}{{ icon(who) }}{% set picture = icon("x") %}{{ picture }}',
        '{% macro say(text) %}<p>{{ text }}</p>{% endmacro %}{{ say(_("Hello, %(name)s", name=who)) }}{{ say("<") }}',
        "{% trans count=3 %}{{ count }} policy{% pluralize %}{{ count }} policies{% endtrans %}",
        '{% if _("Less") == "nobody" %}yes{% endif %}',
    ],
)
@pytest.mark.parametrize("who", ["Ann", "<b>%(name)s 100%</b>", Markup("<i>Ann</i>"), 7])
def test_one_construct_at_a_time(source, who, monkeypatch) -> None:
    told = Compiler(Spanish(), icon, loader=DictLoader({"page": source})).get_template("page").render(who=who)
    monkeypatch.setattr(compiled.Texts, "visit", lambda _, node: node)
    assert told == Compiler(Spanish(), icon, loader=DictLoader({"page": source})).get_template("page").render(who=who)


def compile_once(folder: Path, source: str, of: bytes = b"words", name: str = "es") -> bool:
    """Whether a page had to be compiled."""
    environment = Compiler(
        Spanish(), icon, loader=DictLoader({"page": source}), bytecode_cache=Kept(name, [of], folder)
    )
    done: list[nodes.Node] = []
    environment._texts.visit = lambda node: done.append(node) or node  # type: ignore[method-assign,func-returns-value]
    environment.get_template("page").render()
    return bool(done)


def test_what_was_compiled_is_kept_until_anything_that_went_in_changes(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    assert compile_once(tmp_path, "one")
    assert not compile_once(tmp_path, "one")
    assert compile_once(tmp_path, "two")
    assert compile_once(tmp_path, "two", of=b"other words")
    assert compile_once(tmp_path, "two", of=b"other words", name="en")
    assert not compile_once(tmp_path, "two", of=b"other words")
    for file in tmp_path.iterdir():
        file.write_bytes(file.read_bytes()[:-40])
    assert compile_once(tmp_path, "two", of=b"other words")
    assert compile_once(Path("/proc/nowhere"), "two")
    assert compile_once(Path("/proc/nowhere"), "two")
