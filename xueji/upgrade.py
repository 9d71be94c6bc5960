"""`xueji upgrade`: brings the data of an older program to this one, all or nothing."""

from argparse import Namespace

from storage.migration import migrate
from xueji.console import Console
from xueji.opening import require_founded
from xueji.settings import ProcessSettings


def run(_: Namespace, settings: ProcessSettings, console: Console) -> int:
    """Raises: `InUse` while the program runs."""
    require_founded(settings)
    migrate(settings.database_url, settings.home)
    console.say("cli.upgraded")
    return 0
