"""Templates compiled for one language: its texts are put in then, and not looked up anew on each page."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterable
from gettext import NullTranslations
from hashlib import sha256
from pathlib import Path
from re import split
from typing import Any

from jinja2 import Environment, nodes
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

CACHE = Path(__file__).parent / "__pycache__" / "templates"
SAYS = ("gettext", "_")
PLACE = r"%\((\w+)\)s"


class Compiler(Environment):
    """An environment whose templates have the texts of `translations` in them, and the icons that `icon` draws."""

    def __init__(self, translations: NullTranslations, icon: Callable[[str], Markup], **options: Any) -> None:
        super().__init__(autoescape=True, extensions=["jinja2.ext.i18n"], **options)
        self.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
        self.globals["icon"] = icon
        self._texts = Texts(translations, icon)

    def compile(self, source: Any, *arguments: Any, **options: Any) -> Any:
        """The code of a template; what is constant in its language is worked out here."""
        if isinstance(source, str):
            source = self._texts.visit(self.parse(source, *arguments[:2]))
        return super().compile(source, *arguments, **options)


class Texts(NodeTransformer):
    """Puts texts and icons into a template in place of the calls that would find them, each time the same."""

    def __init__(self, translations: NullTranslations, icon: Callable[[str], Markup]) -> None:
        self._translations = translations
        self._icon = icon

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802 - Jinja calls it by the node's name
        """Where something is written, the parts of a sentence are written one after the other."""
        self.generic_visit(node)
        node.nodes = [part for each in node.nodes for part in (each.nodes if type(each) is nodes.Concat else [each])]
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802
        """A sentence of its language instead of the call for it, an icon instead of the call that draws it."""
        self.generic_visit(node)
        match node:
            case nodes.Call(node=nodes.Name(name=name), args=[nodes.Const(value=str(text))], dyn_args=None):
                if name in SAYS and node.dyn_kwargs is None:
                    return self._sentence(node, text)
                if name == "icon" and not node.kwargs:
                    return nodes.Const(self._icon(text), lineno=node.lineno)
        return node

    def _sentence(self, call: nodes.Call, text: str) -> nodes.Node:
        values = {keyword.key: keyword.value for keyword in call.kwargs}
        pieces = split(PLACE, self._translations.gettext(text))
        texts, names = pieces[::2], pieces[1::2]
        if len(set(names)) < len(names) or not set(names) <= values.keys() or any("%" in each for each in texts):
            return call  # as rare as it is odd: Jinja's own way
        parts: list[nodes.Expr] = []
        for each, name in zip(texts, [*names, ""], strict=True):
            parts.append(nodes.Const(Markup(each), lineno=call.lineno))  # noqa: S704 - our own text, which may have tags
            if name:
                parts.append(values[name])
        return nodes.Concat(parts, lineno=call.lineno) if len(parts) > 1 else parts[0]


class Kept(BytecodeCache):
    """Keeps what was compiled beside the code that Python keeps of its own modules, so that a start need not do it.

    `of` is everything but the template that went in; a folder that cannot be written keeps nothing.
    """

    def __init__(self, name: str, of: Iterable[bytes], folder: Path = CACHE) -> None:
        self._name = name
        self._folder = folder
        self._of = sha256(b"\0".join(of))

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The file's name."""
        place = sha256(f"{filename}".encode()).hexdigest()[:8]  # a page of the console may be called like another one
        return f"{name}-{place}.{self._name}.{sys.implementation.cache_tag}"

    def get_source_checksum(self, source: str) -> str:
        """What the code was made of."""
        digest = self._of.copy()
        digest.update(source.encode())
        return digest.hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Reads the code, if it is there and made of the same."""
        with contextlib.suppress(OSError), (self._folder / bucket.key).open("rb") as file:
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Writes the code, whole or not at all."""
        if sys.dont_write_bytecode:
            return
        fresh = self._folder / f"{bucket.key}.{os.getpid()}"
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(bucket.bytecode_to_string())
            fresh.replace(self._folder / bucket.key)
