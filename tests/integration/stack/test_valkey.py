"""Valkey asks for its password, keeps nothing on disk, and comes back empty after a crash."""

from pathlib import Path

import pytest
import redis

from libs.stack.valkey import Valkey


def test_without_the_password_nothing_is_answered(valkey: Valkey) -> None:
    stranger = redis.Redis(port=valkey.port, retry=None)

    with pytest.raises(redis.AuthenticationError):
        stranger.ping()

    stranger.close()


def test_a_killed_server_starts_again_empty_on_its_port(valkey: Valkey) -> None:
    with valkey.client() as client:
        client.set("word", "kept only in memory")

    valkey.kill()
    assert not valkey.is_running
    valkey.start()

    with valkey.client() as client:
        assert client.get("word") is None


def test_a_full_server_refuses_rather_than_forgets(valkey: Valkey) -> None:
    with valkey.client() as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        client.config_set("maxmemory", "1mb")

        with pytest.raises(redis.OutOfMemoryError):
            client.set("big", "x" * 2_000_000)


def test_the_password_stands_on_no_command_line(valkey: Valkey) -> None:
    command_line = Path(f"/proc/{valkey.pid}/cmdline").read_text()

    assert "valkey-server" in command_line
    assert valkey.password not in command_line
