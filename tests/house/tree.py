"""The files of the project, as the rules of the house look at them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ("contracts", "kit", "gateway", "services", "ops")
FOLDERS = (*CODE, "tests", "docs", "deploy", "locks", ".ci")
MADE = {"__pycache__", ".venv", "node_modules"}


def files(*suffixes: str, folders: tuple[str, ...] = FOLDERS, top: bool = True) -> Iterator[Path]:
    """Files with one of the suffixes (all without any) in the folders, and at the top."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*"))]
    if top:
        found += sorted(ROOT.glob("*"))
    for path in found:
        if path.is_file() and not MADE & set(path.parts) and (not suffixes or path.suffix in suffixes):
            yield path


def name(path: Path) -> str:
    """The path from the top, as people write it."""
    return path.relative_to(ROOT).as_posix()


def syntax(path: Path) -> ast.Module:
    """The parsed Python file."""
    return ast.parse(path.read_text(), name(path))


def modules() -> Iterator[str]:
    """Every module of the code that can be imported: not what is run by its name, nor what Alembic runs."""
    for path in files(".py", folders=CODE, top=False):
        if path.name == "__main__.py" or name(path) == "kit/migrating/env.py":
            continue
        yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
