"""The service that every handler belongs to."""

from kit.bus import Service

service = Service("documents")
