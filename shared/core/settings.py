"""What may differ from one installation to the next, read once at start from the environment."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shared.core.mail_server import read_mail_server

SERVICES = ("people", "training", "compliance", "contracts", "eligibility")


class SettingsError(Exception):
    """The settings cannot be used; `problems` lists every reason, one line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Settings:
    """`services` are the ones this process serves; `database_template` holds `{service}`."""

    data_dir: Path
    services: tuple[str, ...]
    database_template: str
    base_url: str
    secret_key: str = field(repr=False)
    feed_token: str = field(repr=False, default="")
    queue_url: str = field(repr=False, default="")
    feeds_url: str = ""
    trusted_proxies: int = 0
    smtp_url: str = field(repr=False, default="")
    mail_from: str = ""
    signing_keystore: str = ""
    signing_password_file: str = field(repr=False, default="")
    timestamp_url: str = ""
    demo: bool = True
    testing: bool = False

    @property
    def key_dir(self) -> Path:
        """Where the signing keys live, readable by the owner alone."""
        return self.data_dir / "keys"

    @property
    def files_dir(self) -> Path:
        """Where files that people hand in lie under their hash; several machines share it as a volume."""
        return self.data_dir / "files"

    @property
    def queue_path(self) -> Path:
        """The job queue's SQLite file (the job rows in each database are the truth, this is a bell).

        `queue_url` takes its place where several machines work.
        """
        return self.data_dir / "queue.db"

    def database_url(self, service: str) -> str:
        """Return the SQLAlchemy URL of one service's own database."""
        return self.database_template.replace("{service}", service)

    @classmethod
    def from_environment(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Read DATA, PORT and SUITE_ with SERVICES, DATABASE_URL, QUEUE_URL, BASE_URL, SECRET_KEY, DEMO…

        SUITE_SIGNING_KEYSTORE is a PKCS#12 or PEM file with the key (EC P-256) and certificates that sign documents,
        SUITE_SIGNING_PASSWORD_FILE holds its password, SUITE_TIMESTAMP_URL is a time-stamping authority (RFC 3161).
        Raises SettingsError with every problem found. The data folder is made if it is missing, and so is
        a secret key on first use.
        """
        env = os.environ if env is None else env
        problems: list[str] = []
        data_dir = Path(env.get("DATA") or "var").resolve()
        services = tuple(part.strip() for part in env.get("SUITE_SERVICES", "").split(",") if part.strip())
        for name in services:
            if name not in SERVICES:
                problems.append(f"SUITE_SERVICES names “{name}”; known are: {', '.join(SERVICES)}")
        template = env.get("SUITE_DATABASE_URL") or f"sqlite:///{data_dir}/{{service}}.db"
        proxies = env.get("SUITE_TRUSTED_PROXIES") or "0"
        if not proxies.isdecimal():
            problems.append("SUITE_TRUSTED_PROXIES is how many gateways stand before the suite: 0, 1, …")
        for name in ("SUITE_SIGNING_KEYSTORE", "SUITE_SIGNING_PASSWORD_FILE"):
            if env.get(name) and not Path(env[name]).is_file():
                problems.append(f"{name} names {env[name]}, which is not a file")
        if "{service}" not in template:
            problems.append(
                "SUITE_DATABASE_URL must contain {service}: each service has a database of its own"
            )
        try:
            data_dir.mkdir(parents=True, exist_ok=True)
            probe = data_dir / ".writable"
            probe.touch()
            probe.unlink()
        except OSError as error:
            problems.append(
                f"the data folder {data_dir} cannot be written ({error.strerror}): set DATA= to another one"
            )
        problems += _mail_problems(env)
        if problems:
            raise SettingsError(problems)
        return cls(
            data_dir=data_dir,
            services=services or SERVICES,
            database_template=template,
            base_url=env.get("SUITE_BASE_URL") or f"http://127.0.0.1:{env.get('PORT') or 8000}",
            secret_key=env.get("SUITE_SECRET_KEY") or _kept_secret(data_dir / "keys" / "session.key"),
            feed_token=env.get("SUITE_FEED_TOKEN") or _kept_secret(data_dir / "keys" / "feed.key"),
            queue_url=env.get("SUITE_QUEUE_URL", ""),
            feeds_url=env.get("SUITE_FEEDS_URL", ""),
            trusted_proxies=int(proxies),
            smtp_url=env.get("SUITE_SMTP_URL", ""),
            mail_from=env.get("SUITE_MAIL_FROM", ""),
            signing_keystore=env.get("SUITE_SIGNING_KEYSTORE", ""),
            signing_password_file=env.get("SUITE_SIGNING_PASSWORD_FILE", ""),
            timestamp_url=env.get("SUITE_TIMESTAMP_URL", ""),
            demo=env.get("SUITE_DEMO", "1") not in ("0", "no", "false"),
        )


def _mail_problems(env: Mapping[str, str]) -> list[str]:
    smtp_url, mail_from = env.get("SUITE_SMTP_URL", ""), env.get("SUITE_MAIL_FROM", "")
    if bool(smtp_url) != bool(mail_from):
        return ["SUITE_SMTP_URL and SUITE_MAIL_FROM are set together, or neither: then no mail is sent"]
    problems = []
    if mail_from and not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", mail_from):
        problems.append("SUITE_MAIL_FROM is one plain address, such as training@company.example")
    try:
        if smtp_url:
            read_mail_server(smtp_url)
    except ValueError as error:
        problems.append(f"SUITE_SMTP_URL: {error}")
    return problems


def _kept_secret(path: Path) -> str:
    """Return the secret in `path`, making it on first use; two processes starting at once agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    mine = path.with_suffix(f".{os.getpid()}")
    if not path.exists():
        mine.touch(mode=0o600)
        mine.write_text(secrets.token_urlsafe(48))
        try:
            os.link(mine, path)  # Fails when another process was first; its secret then counts.
        except FileExistsError:
            pass
        finally:
            mine.unlink()
    return path.read_text().strip()
