"""Options that many commands share."""

from pathlib import Path
from typing import Annotated

import typer

DATA = Path(__file__).parents[2] / "data"
Data = Annotated[Path, typer.Option("--data", help="The data folder.", show_default="data beside ./portico")]
Slug = Annotated[str, typer.Argument(help="The agency's short name, as in addresses.")]
AgencyOption = Annotated[str, typer.Option("--agency", help="The agency's short name.")]
