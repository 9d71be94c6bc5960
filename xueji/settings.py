"""What the machine decides, from the environment: where data lives, who may reach the program.

Not for what the school decides (`registry.schools`). Read once by the command line, which passes
it on.
"""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from registry.problems import Problem, RuleError

Network = IPv4Network | IPv6Network

DATABASE_FILE = "xueji.sqlite"
KEY_FILE = "key"
FILES_DIRECTORY = "files"


class ProcessSettings(BaseSettings):
    """Each is an environment variable with the prefix XUEJI_; an empty one counts as not set."""

    model_config = SettingsConfigDict(
        env_prefix="XUEJI_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    home: Path = Path("var")
    bind: str = "127.0.0.1:8080"
    database: str = ""  # a URL; "" = SQLite in the home
    key_file: Path | None = None
    address: str = ""  # as people type it, "https://xueji.example.cn"; "" = what `bind` says
    trusted_proxy: str = ""  # addresses or networks, with commas
    telegram_token: SecretStr | None = None
    telegram_api: str = "https://api.telegram.org"
    language: Literal["", "zh_Hans", "zh_Hant", "en"] = ""  # "" = as LANG says
    log: Literal["", "debug", "info", "warning"] = Field(default="")

    @field_validator("bind")
    @classmethod
    def _read_bind(cls, bind: str) -> str:
        _split(bind)
        return bind

    @field_validator("trusted_proxy")
    @classmethod
    def _read_proxy(cls, text: str) -> str:
        _networks(text)
        return text

    @field_validator("address")
    @classmethod
    def _read_address(cls, address: str) -> str:
        address = address.rstrip("/")
        if address and not address.startswith(("http://", "https://")):
            raise ValueError(address)
        return address

    @property
    def host(self) -> str:
        """Where to listen."""
        return _split(self.bind)[0]

    @property
    def port(self) -> int:
        """0 = any free one."""
        return _split(self.bind)[1]

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the program."""
        host = self.host
        return host == "localhost" or (_is_ip(host) and ip_address(host).is_loopback)

    @property
    def proxies(self) -> tuple[Network, ...]:
        """Who may say for whom a request is."""
        return _networks(self.trusted_proxy)

    @property
    def database_url(self) -> str:
        """SQLite in the home unless another was named."""
        return self.database or f"sqlite:///{self.home.absolute() / DATABASE_FILE}"

    @property
    def key_path(self) -> Path:
        """The key file; never inside the database, and not part of its backup."""
        return self.key_file or self.home / KEY_FILE

    @property
    def files_path(self) -> Path:
        """Where sealed evidence lies."""
        return self.home / FILES_DIRECTORY

    def address_at(self, port: int) -> str:
        """How people reach the pages when the program listens on that port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.address or f"http://{host}:{port}"


def read_settings() -> ProcessSettings:
    """From the environment. Raises: RuleError `cli.setting_wrong` with the variable's name."""
    try:
        return ProcessSettings()
    except ValidationError as error:
        name = str(error.errors(include_input=False, include_url=False)[0]["loc"][0])
        raise RuleError("cli.setting_wrong", {"name": f"XUEJI_{name.upper()}"}) from None


def require_private(settings: ProcessSettings) -> None:
    """Raises: RuleError where `exposure` finds a problem."""
    problem = exposure(settings)
    if problem is not None:
        raise RuleError(problem.code, problem.params)


def exposure(settings: ProcessSettings) -> Problem | None:
    """Why it must not listen where it was told to: families' data over plain HTTP to a network.

    A trusted proxy takes TLS on itself and is the only one who is answered then.
    """
    if settings.is_loopback:
        return None
    if not settings.proxies:
        return Problem("cli.needs_proxy", {"bind": settings.bind})
    if not settings.address.startswith("https://"):
        return Problem("cli.needs_address", {"bind": settings.bind})
    return None


def _split(bind: str) -> tuple[str, int]:
    host, _, port = bind.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise ValueError(bind)
    return host.removeprefix("[").removesuffix("]"), int(port)


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
