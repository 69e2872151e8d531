"""Who is told, as it is written on the command line: `certificate-holder-added=agent,task`."""

from typing import Any

import typer

from contracts.identity.telling import Action, Told

SHORT = {field.removesuffix("_email"): field for field in Told.model_fields}
HELP = f"ACTION=WHO,…: who is told of it, {', '.join(SHORT)}; nothing after = for nobody. May be given several times."


def telling_of(told: list[str], address: str | None) -> dict[str, Any]:
    """The settings behind these options; raises typer.BadParameter for what is none."""
    changes: dict[str, Any] = {} if address is None else {"address": address}
    for one in told:
        action, equals, names = one.partition("=")
        chosen = {name.strip() for name in names.split(",")} - {""}
        if not equals or action not in {each.value for each in Action} or chosen - set(SHORT):
            actions = ", ".join(each.value for each in Action)
            raise typer.BadParameter(f"{one!r}: it has to be ACTION=WHO,… with an action of {actions}.")
        changes[action.replace("-", "_")] = {field: short in chosen for short, field in SHORT.items()}
    return changes
