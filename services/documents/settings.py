"""Documents' settings: those of every service."""

from kit.settings import ServiceSettings


class DocumentsSettings(ServiceSettings):
    """Nothing of its own yet."""
