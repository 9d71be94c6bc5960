"""The program: settings, the server that joins bot and admin, loops, jobs, the `xueji` command."""
