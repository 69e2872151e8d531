"""Errors as logs and traces keep them: without the values that the database, its driver and Pydantic quote in them."""

import re
import traceback

LEFT_OUT = "(left out)"
# a whole row, which may have lines of its own: it ends with the text, or where the next error of a chain begins
DETAIL = re.compile(
    r"(\n[ |]*DETAIL:  ).*?(?=\n[ |]*HINT:  |\n[ |]*\n[ |]*(?:During handling|The above exception)|\n[ |]*\+-|\Z)",
    re.DOTALL,
)
QUOTED = (
    re.compile(r"(invalid input for query argument [^:\n]*: ).*"),
    re.compile(r"(invalid input syntax for type [^:\n]*: ).*"),
    re.compile(r"(input_value=).*?(?=, input_type=|\n|$)"),
)


def without_values(text: str) -> str:
    """The text of an error, or of its traceback, with `(left out)` where values of ours stood."""
    text = DETAIL.sub(rf"\1{LEFT_OUT}", text)
    for quoted in QUOTED:
        text = quoted.sub(rf"\1{LEFT_OUT}", text)
    return text


def of(error: BaseException) -> str:
    """An error's traceback as it may be kept."""
    return without_values("".join(traceback.format_exception(error)))
