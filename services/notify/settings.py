"""Notify's settings: the mail server, the sender's address, and the SMS provider if there is one."""

from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from kit.settings import ServiceSettings

from .addresses import BadAddress, check_email


class NotifySettings(ServiceSettings):
    """Where mails and texts leave.

    `smtp_url` is smtp://user:password@host:port (STARTTLS when offered) or smtps://…; `mail_from` the address that
    every mail comes from, under the agency's name; `public_url` the portal's address as people type it. The `sms_…`
    settings are all empty, or all there.
    """

    public_url: str = Field(pattern=r"^https?://[^\s/?#]+$")
    smtp_url: SecretStr
    mail_from: str
    sms_url: str = Field(default="", pattern=r"^(https?://\S+[^/])?$")
    sms_account: str = Field(default="", validate_default=True)
    sms_key: SecretStr = Field(default=SecretStr(""), validate_default=True)
    sms_from: str = Field(default="", validate_default=True, pattern=r"^(\+[1-9]\d{2,14}|[A-Za-z0-9 ]{1,11})?$")

    @property
    def public_host(self) -> str:
        """The portal's host name."""
        return urlsplit(self.public_url).hostname or ""

    @field_validator("smtp_url")
    @classmethod
    def _is_smtp(cls, value: SecretStr) -> SecretStr:
        url = urlsplit(value.get_secret_value())
        if url.scheme not in ("smtp", "smtps") or not url.hostname:
            raise ValueError("expected smtp://host:port or smtps://host:port")
        return value

    @field_validator("mail_from")
    @classmethod
    def _is_address(cls, value: str) -> str:
        try:
            return check_email(value)
        except BadAddress as error:
            raise ValueError(str(error)) from None

    @field_validator("sms_account", "sms_key", "sms_from")
    @classmethod
    def _goes_with_url(cls, value: str | SecretStr, info: ValidationInfo) -> str | SecretStr:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if info.data.get("sms_url") and not text:
            raise ValueError("needed where PORTICO_SMS_URL is set")
        return value
