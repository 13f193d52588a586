"""Settings: every problem at once, secrets kept and never shown."""

from pathlib import Path

import pytest

from shared.core.settings import Settings, SettingsError


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(
            {
                "DATA": str(tmp_path / "var"),
                "SUITE_SERVICES": "people,payrol",
                "SUITE_DATABASE_URL": "sqlite:///one.db",
                "SUITE_TRUSTED_PROXIES": "some",
            }
        )
    told = "\n".join(caught.value.problems)
    for word in ("payrol", "{service}", "SUITE_TRUSTED_PROXIES"):
        assert word in told


def test_secrets_are_made_once_kept_private_and_not_shown(tmp_path: Path) -> None:
    first = Settings.from_environment({"DATA": str(tmp_path / "var")})
    second = Settings.from_environment({"DATA": str(tmp_path / "var")})
    assert first.secret_key == second.secret_key != first.feed_token
    assert len(first.secret_key) >= 48
    assert first.secret_key not in repr(first)
    assert first.feed_token not in repr(first)
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "var" / "keys").iterdir())


def test_each_service_has_a_database_of_its_own(tmp_path: Path) -> None:
    settings = Settings.from_environment({"DATA": str(tmp_path / "var")})
    urls = {settings.database_url(name) for name in settings.services}
    assert len(urls) == 5
