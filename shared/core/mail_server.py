"""How the address of a mail server is written in the settings."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over. `secure`: TLS from the first byte (smtps); `upgrade`: by STARTTLS."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    secure: bool = False
    upgrade: bool = False


def read_mail_server(url: str) -> MailServer:
    """Read smtp://user:password@host:587?starttls=1 or smtps://host; raise ValueError for anything else.

    With a password TLS is not optional, but on this machine itself: it would go over the wire for all to read.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("the address of a mail server begins with smtp:// or smtps:// and names a host")
    secure = parts.scheme == "smtps"
    upgrade = parse_qs(parts.query).get("starttls", ["0"])[0] in ("1", "yes", "true")
    port = parts.port or (465 if secure else 587 if upgrade else 25)
    if parts.password and not (secure or upgrade) and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise ValueError("a password is sent over TLS only: use smtps:// or add ?starttls=1")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname, port, user, password, secure, upgrade)
