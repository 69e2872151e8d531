"""JSON in the one form that has the same bytes everywhere (RFC 8785), for texts, whole numbers and null."""

import json
from typing import Any


def canonical(value: Any) -> bytes:
    """The value's canonical bytes; raises ValueError for a number that is not whole or above 2**53, or a bad text."""
    return _write(value).encode()


def _write(value: Any) -> str:
    if isinstance(value, dict):
        # RFC 8785 §3.2.3: by UTF-16 code units, which differ from code points beyond the first plane
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_write(name)}:{_write(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_write(item) for item in value) + "]"
    if value is None or isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int) and abs(value) <= 2**53:
        return str(value)
    raise ValueError(f"{value!r} has no canonical form here")
