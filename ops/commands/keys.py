"""`./portico keys`: the keys that sign, seal and hash, changed now and then."""

import typer

from ops.commands.options import DATA, Data
from ops.problem import Problem

app = typer.Typer(help="The keys that sign, seal and hash.", no_args_is_help=True)


@app.callback()
def keys() -> None:
    """The keys that sign, seal and hash."""


@app.command("rotate")
def keys_rotate(data: Data = DATA) -> None:
    """Change every key of the stopped stack on this folder; what the old ones made is good until the next time.

    A deployment in containers changes them without stopping: `python -m ops.deployment rotate`.
    """
    from ops.rotation import rotate  # noqa: PLC0415
    from ops.stack.folder import DataFolder  # noqa: PLC0415

    folder = DataFolder.existing(data)
    if folder.is_used():
        raise Problem(f"Portico runs on {folder.path}: stop it first, its processes read their keys when they start.")
    rotate(folder.path)
    print("changed the keys; `./portico up` uses the new ones and still accepts what the old ones made")
