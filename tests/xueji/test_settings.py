"""What the environment says, and that families' data is never offered to a network in clear."""

from pathlib import Path

import pytest

from registry.problems import Problem, RuleError
from xueji.settings import ProcessSettings, exposure, read_settings


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ProcessSettings.model_fields:
        monkeypatch.delenv(f"XUEJI_{name.upper()}", raising=False)


def test_nothing_said_is_this_machine_only() -> None:
    settings = read_settings()
    assert (settings.home, settings.host, settings.port) == (Path("var"), "127.0.0.1", 8080)
    assert settings.key_path == Path("var/key")
    assert settings.database_url == f"sqlite:///{Path.cwd() / 'var' / 'xueji.sqlite'}"
    assert settings.address_at(8081) == "http://127.0.0.1:8081"
    assert exposure(settings) is None


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUEJI_TELEGRAM_TOKEN", "")
    assert read_settings().telegram_token is None


def test_the_token_does_not_print_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUEJI_TELEGRAM_TOKEN", "1234:secret")
    assert "secret" not in repr(read_settings())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("XUEJI_BIND", "8080"),
        ("XUEJI_BIND", "127.0.0.1:99999"),
        ("XUEJI_BIND", "127.0.0.1:http"),
        ("XUEJI_ADDRESS", "xueji.example.cn"),
        ("XUEJI_TRUSTED_PROXY", "the proxy"),
        ("XUEJI_LANGUAGE", "fr"),
    ],
)
def test_a_wrong_setting_is_named_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(RuleError) as refused:
        read_settings()
    assert (refused.value.code, refused.value.params) == ("cli.setting_wrong", {"name": name})


@pytest.mark.parametrize(
    ("bind", "proxy", "address", "code"),
    [
        pytest.param("127.0.0.1:8080", "", "", None, id="this machine"),
        pytest.param("[::1]:8080", "", "", None, id="this machine by IPv6"),
        pytest.param("localhost:8080", "", "", None, id="this machine by name"),
        pytest.param("0.0.0.0:8080", "", "", "cli.needs_proxy", id="everybody"),
        pytest.param("[::]:8080", "", "", "cli.needs_proxy", id="everybody by IPv6"),
        pytest.param("10.0.0.5:80", "", "https://a.cn", "cli.needs_proxy", id="no proxy"),
        pytest.param("xueji:80", "", "https://a.cn", "cli.needs_proxy", id="another name"),
        pytest.param("10.0.0.5:80", "10.0.0.1", "", "cli.needs_address", id="no address"),
        pytest.param("10.0.0.5:80", "10.0.0.1", "http://a", "cli.needs_address", id="no TLS"),
        pytest.param("10.0.0.5:80", "10.0.0.0/30", "https://a.cn", None, id="behind a proxy"),
    ],
)
def test_only_a_trusted_proxy_opens_the_program_to_a_network(
    bind: str, proxy: str, address: str, code: str | None
) -> None:
    settings = ProcessSettings(bind=bind, trusted_proxy=proxy, address=address)
    problem = exposure(settings)
    assert (problem.code if isinstance(problem, Problem) else None) == code


def test_ipv6_and_a_public_address_are_written_as_people_type_them() -> None:
    assert ProcessSettings(bind="[::1]:0").address_at(8080) == "http://[::1]:8080"
    public = ProcessSettings(address="https://xueji.example.cn/")
    assert public.address_at(8080) == "https://xueji.example.cn"
