"""Which messages a process's own code makes and mentions, read from its source, and what it has the kit say for it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType
from typing import Any

from contracts.kinds import Message
from contracts.portal_events import PortalEvent

from .tree import ROOT, files, syntax

SAY_FOR_OTHERS = {"agency_deeds"}  # modules of the kit that say something in the name of whoever calls them
FOLDER = {"gateway": "gateway", "ops": "ops"}
Said = type[Message] | type[PortalEvent]


@dataclass
class Speech:
    """`made`: messages that the code builds; `mentioned`: those, and all that it names."""

    made: set[Said] = field(default_factory=set)
    mentioned: set[Said] = field(default_factory=set)


def speech_of(process: str) -> Speech:
    """What the code of a process says."""
    speech = Speech()
    for path in files(".py", folders=(FOLDER.get(process, f"services/{process}"),), top=False):
        tree = syntax(path)
        read(tree, speech)
        for shared in _of_the_kit(tree) & SAY_FOR_OTHERS:
            read(syntax(ROOT / "kit" / f"{shared}.py"), speech)
    return speech


def read(tree: ast.Module, speech: Speech) -> None:
    """Adds what one file makes and mentions."""
    names = dict(_imported(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (made := _message(_resolve(node.func, names))):
            speech.made.add(made)
        if isinstance(node, ast.Name | ast.Attribute) and (mentioned := _message(_resolve(node, names))):
            speech.mentioned.add(mentioned)


def _of_the_kit(tree: ast.Module) -> set[str]:
    found = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "kit"]
    return {alias.name for node in found for alias in node.names}


def _imported(tree: ast.Module) -> Iterator[tuple[str, Any]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").split(".")[0] == "contracts":
            module = import_module(node.module or "")
            for alias in node.names:
                yield alias.asname or alias.name, _member(module, alias.name)


def _member(module: ModuleType, member: str) -> Any:
    return getattr(module, member, None) or import_module(f"{module.__name__}.{member}")


def _resolve(node: ast.expr, names: dict[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        return getattr(_resolve(node.value, names), node.attr, None)
    return None


def _message(value: Any) -> Said | None:
    if isinstance(value, type) and issubclass(value, Message) and value.subject:
        return value
    if isinstance(value, type) and issubclass(value, PortalEvent) and value.what:
        return value
    return None
