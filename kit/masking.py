"""What a stranger may see of an address: enough to recognise one's own, too little to learn another's."""

DOTS = "•••"


def mask_email(address: str) -> str:
    """j•••@g•••.com for jane@gmail.com."""
    local, _, domain = address.partition("@")
    name, _, ending = domain.rpartition(".")
    return f"{local[:1]}{DOTS}@{name[:1]}{DOTS}.{ending}"


def mask_phone(number: str) -> str:
    """••• 12 for +15125550112."""
    return f"{DOTS} {number[-2:]}"
