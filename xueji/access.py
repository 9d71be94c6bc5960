"""The log of requests. Called by aiohttp after each answer."""

import logging

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger


class AccessLog(AbstractAccessLogger):
    """One line a request: the route as written in the table, never the path that was asked."""

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        """Called by aiohttp after each answer."""
        route = request.match_info.route if isinstance(request, web.Request) else None
        resource = route.resource if route else None
        self.logger.info(
            "request",
            extra={
                "method": request.method if request.method.isalpha() else "?",
                "route": resource.canonical if resource else "-",
                "status": response.status,
                "ms": round(time * 1000, 1),
            },
        )

    @property
    def enabled(self) -> bool:
        """Asked once a connection."""
        return self.logger.isEnabledFor(logging.INFO)
