"""Policy's wiring: its settings and its handlers."""

from kit.process import Process

from .handlers import service
from .settings import PolicySettings

PROCESS = Process(PolicySettings, service)
