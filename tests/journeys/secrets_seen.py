"""What nobody but its owner may keep: noted by the journeys as they see it, and looked for where it must not be."""

from dataclasses import dataclass, field


@dataclass
class SecretsSeen:
    """Session tokens with the cookies that carry them, and the secrets of sign-ins."""

    sessions: set[str] = field(default_factory=set)
    sign_ins: set[str] = field(default_factory=set)
    returned: set[str] = field(default_factory=set)  # codes and states of an OpenID provider

    def note_cookies(self, cookies: dict[str, str]) -> None:
        """Notes the cookies of a browser that carry a secret."""
        self.sessions |= {cookies[name] for name in ("sid", "staff") if cookies.get(name)}
        if flow := cookies.get("flow"):
            self.sign_ins.add(flow)
