"""Policy's settings: those of every service."""

from kit.settings import ServiceSettings


class PolicySettings(ServiceSettings):
    """Nothing of its own yet."""
