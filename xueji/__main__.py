"""`python -m xueji` is the same as the installed command."""

import sys

from xueji.cli import main

sys.exit(main())
