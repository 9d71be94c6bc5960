"""One request as a handler sees it: who asks, in which language, with what form fields.

Made by `web.app` after the checks of session, cross-site request and policy have passed. A
handler gets nothing else.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from typing import TYPE_CHECKING

from aiohttp import BodyPartReader, MultipartReader, web
from multidict import MultiDict, MultiDictProxy

from registry.actors import Actor, Role
from registry.frozen import frozen
from registry.policy import Action, Target, permit
from registry.problems import NotThere
from registry.schools import School
from web.house import House

if TYPE_CHECKING:
    from storage.sessions import Session
    from web.templates import Templates

NO_FIELDS: MultiDictProxy[str] = MultiDictProxy(MultiDict())


@frozen
class Visit:
    """One request of one person, already let in at the level of his roles."""

    request: web.Request
    house: House
    templates: Templates
    school: School
    language: str
    now: datetime
    csrf: str  # the token his forms must carry
    actor: Actor | None = None
    session: Session | None = None
    is_large: bool = False  # larger text
    fresh_visitor: str = ""  # cookie to give to somebody who came without one
    fields: MultiDictProxy[str] = field(default_factory=lambda: NO_FIELDS)  # of a POST
    upload: BodyPartReader | None = None  # the file of a multipart POST, not yet read
    rest: MultipartReader | None = None  # more files of the same POST, to be read after it

    @property
    def today(self) -> date:
        """The school's day."""
        return self.now.date()

    @property
    def path(self) -> str:
        """Without the query."""
        return self.request.path

    def person(self) -> Actor:
        """The signed-in person. Raises: NotThere, answered like a missing page."""
        if self.actor is None:
            raise NotThere
        return self.actor

    def has_role(self, role: Role) -> bool:
        """Whether the visitor holds that role today."""
        return self.actor is not None and self.actor.has_role(role, self.today)

    def require(self, action: Action, target: Target) -> None:
        """Check the object. Raises: NotThere, the same for foreign and missing (T1)."""
        if permit(self.person(), action, target, self.today) is None:
            raise NotThere

    @property
    def wants_fragment(self) -> bool:
        """Whether the page's own script asks, which swaps a part of the page."""
        return self.request.headers.get("X-Fragment") == "1"

    def parameter(self, name: str) -> str:
        """A part of the path: `/l/{token}`."""
        return self.request.match_info[name]
