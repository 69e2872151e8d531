"""What an insured must acknowledge with every request, word for word; pages, mails and the record say the same."""

from contracts.identity.agencies import Language

VERSION = "2026-11"  # a text that changes gets a new version, and the old one stays below for who agreed to it
TEXTS: dict[str, dict[Language, str]] = {
    "2026-11": {
        "en": (
            "I understand that no coverage is changed until the agency confirms. Sending this request does not add, "
            "change, remove or bind any coverage."
        ),
        "es": (
            "Entiendo que ninguna cobertura cambia hasta que la agencia lo confirme. Enviar esta solicitud no agrega, "
            "cambia, quita ni compromete ninguna cobertura."
        ),
    }
}
