"""The digest by e-mail."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage

from mscminer.core.errors import ConfigError, MscminerError
from mscminer.jobs.digest import Digest, render_html, render_markdown
from mscminer.settings import Settings

_TIMEOUT_S = 30.0


class MailNotSent(MscminerError):
    """The mail server did not take the digest; its files are written all the same."""


def is_configured(settings: Settings) -> bool:
    """Whether the settings name a mail server and somebody to write to."""
    return bool(settings.smtp_host and settings.digest_to)


def build_message(digest: Digest, settings: Settings) -> EmailMessage:
    """The digest as text with an HTML alternative.

    Raises:
        ConfigError: no sender is set.
    """
    if not settings.digest_from:
        raise ConfigError("the digest has no sender.", where="digest_from", remedy="Set it beside digest_to.")
    message = EmailMessage()
    message["Subject"] = digest.subject
    message["From"] = settings.digest_from
    message["To"] = ", ".join(settings.digest_to)
    message.set_content(render_markdown(digest))
    message.add_alternative(render_html(digest), subtype="html")
    return message


def send_digest(digest: Digest, settings: Settings) -> None:
    """Send the digest, encrypted wherever the server offers it; a password never goes out in the clear.

    Raises:
        ConfigError: no sender is set, or a password would have to be sent unencrypted.
        MailNotSent: the server cannot be reached or refuses.
    """
    message = build_message(digest, settings)
    try:
        with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=_TIMEOUT_S) as server:
            server.ehlo()
            encrypted = server.has_extn("starttls")
            if encrypted:
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
            if settings.smtp_user:
                _log_in(server, settings, encrypted=encrypted)
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise MailNotSent(
            f"the digest was not sent: {type(error).__name__}: {error}.",
            where=f"{settings.smtp_host}:{settings.smtp_port}",
            remedy="Check the smtp settings; the digest lies in the exports.",
        ) from None


def _log_in(server: smtplib.SMTP, settings: Settings, *, encrypted: bool) -> None:
    if not encrypted:
        raise ConfigError(
            "the mail server offers no encryption, so the password is not sent.",
            where="smtp_user",
            remedy="Use another port or server, or none that asks for a password.",
        )
    server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
