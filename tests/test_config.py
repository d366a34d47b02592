"""Settings: unsafe ones are refused before anything is served."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from doorknock import config

UNSAFE = [("", "https://qinghe.example"), ("short", "https://qinghe.example"), ("short", "http://127.0.0.1:5000")]


@pytest.mark.parametrize(("secret", "url"), UNSAFE)
def test_a_server_without_a_real_secret_refuses_to_start(secret: str, url: str) -> None:
    with pytest.raises(SystemExit, match="SECRET_KEY"):
        config.settle_secret({"SECRET_KEY": secret, "PUBLIC_URL": url})


def test_a_local_server_keeps_a_secret_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(config, "INSTANCE", tmp_path / "instance")
    first: dict[str, Any] = {"SECRET_KEY": "", "PUBLIC_URL": config.LOCAL}
    again = dict(first)
    config.settle_secret(first)
    config.settle_secret(again)
    assert first["SECRET_KEY"] == again["SECRET_KEY"]
    assert len(first["SECRET_KEY"]) > 32
    assert (tmp_path / "instance" / "secret-key").stat().st_mode & 0o077 == 0


def test_a_plain_postgresql_address_means_psycopg() -> None:
    assert config.database_url("postgresql://u@h/d") == "postgresql+psycopg://u@h/d"
    assert config.database_url("postgresql+psycopg://u@h/d") == "postgresql+psycopg://u@h/d"
    assert config.database_url(None).startswith("sqlite:///")
