"""The people's part of the books: actors with their grants and ties, and their names."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import and_, bindparam, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from registry.actors import Actor, Grant, Link, Relation, Role, Scope
from registry.problems import NotThere
from storage import tables as t
from storage.ids import new_id
from storage.quick import quick
from storage.reader import AnyRow, Reader, Writing

COLUMNS: Final = (
    t.actor.c.id,
    t.actor.c.school_id,
    t.actor.c.language,
    t.actor.c.is_active,
    t.grant.c.id.label("grant_id"),
    t.grant.c.role,
    t.grant.c.scope,
    t.grant.c.place_id,
    t.grant.c.since,
    t.grant.c.until,
    t.tie.c.student_id,
    t.tie.c.relation,
    t.tie.c.may_fill,
    t.tie.c.may_see,
    t.tie.c.gets_notices,
)
"""Of an actor in `PEOPLE`; `fold` makes people of the rows."""
PEOPLE: Final = t.actor.outerjoin(
    t.grant, and_(t.grant.c.actor_id == t.actor.c.id, t.grant.c.is_ended.is_(False))
).outerjoin(t.tie, t.tie.c.actor_id == t.actor.c.id)
_ACTORS: Final = select(*COLUMNS).select_from(PEOPLE)
_BY_ID: Final = quick(_ACTORS.where(t.actor.c.id == bindparam("actor_id")))
_BY_LOGIN: Final = _ACTORS.where(t.actor.c.login_lookup == bindparam("lookup"))
_BY_ADDRESS: Final = quick(
    _ACTORS.where(
        t.actor.c.id
        == select(t.address.c.actor_id)
        .where(
            t.address.c.channel == bindparam("channel"), t.address.c.lookup == bindparam("lookup")
        )
        .scalar_subquery()
    )
)
_LINKED: Final = _ACTORS.where(
    t.actor.c.school_id == bindparam("school_id"),
    t.actor.c.is_active.is_(True),
    t.actor.c.id.in_(
        select(t.tie.c.actor_id)
        .where(t.tie.c.student_id == bindparam("of_student"))
        .correlate(None)
    ),
).order_by(t.actor.c.id)
_STAFF: Final = _ACTORS.where(
    t.actor.c.school_id == bindparam("school_id"),
    t.actor.c.id.in_(
        select(t.grant.c.actor_id)
        .where(
            t.grant.c.school_id == bindparam("school_id"),
            t.grant.c.scope != Scope.own.value,
            t.grant.c.is_ended.is_(False),
        )
        .correlate(None)
    ),
).order_by(t.actor.c.id)

_NAMES: Final = select(t.actor.c.id, t.actor.c.name).where(
    t.actor.c.school_id == bindparam("school_id"),
    t.actor.c.id.in_(bindparam("actor_ids", expanding=True)),
)
_PASSWORD: Final = select(t.actor.c.password).where(t.actor.c.id == bindparam("actor_id"))
_PASSWORD_AT: Final = select(t.actor.c.password, t.actor.c.password_at).where(
    t.actor.c.id == bindparam("actor_id")
)
_SAVE_ACTOR: Final = update(t.actor).where(t.actor.c.id == bindparam("of_actor"))
_END_GRANTS: Final = (
    update(t.grant).where(t.grant.c.actor_id == bindparam("of_actor")).values(is_ended=True)
)
_END_SESSIONS: Final = delete(t.session).where(t.session.c.actor_id == bindparam("of_actor"))
_RELEASE: Final = (
    update(t.submission)
    .where(t.submission.c.leased_by == bindparam("of_actor"))
    .values(leased_by=None, leased_until=None)
)
_ONE_TIE: Final = (
    t.tie.c.actor_id == bindparam("of_actor"),
    t.tie.c.student_id == bindparam("of_student"),
)
_NOTE: Final = select(t.tie.c.note).where(*_ONE_TIE)
_WRITE_NOTE: Final = update(t.tie).where(*_ONE_TIE)
_END_TIE: Final = delete(t.tie).where(*_ONE_TIE)
_ADD_TIE = upsert(t.tie)
_TIE: Final = _ADD_TIE.on_conflict_do_update(
    index_elements=["actor_id", "student_id"],
    set_={
        name: _ADD_TIE.excluded[name]
        for name in ("relation", "may_fill", "may_see", "gets_notices")
    },
)


class PeopleBooks(Writing):
    """Part of the unit of work."""

    __slots__ = ()

    def load_actor(self, school_id: str, actor_id: str) -> Actor:
        return load_actor(self, school_id, actor_id)

    def add_actor(self, actor: Actor, name: str) -> None:
        self.run(
            insert(t.actor),
            {
                "id": actor.id,
                "school_id": actor.school_id,
                "language": actor.language,
                "is_active": actor.is_active,
                "name": self.seal_text("actor", actor.id, "name", name),
            },
        )
        for grant in actor.grants:
            self._add_grant(actor.school_id, actor.id, grant)
        for link in actor.links:
            self._add_link(actor.school_id, actor.id, link)

    def add_grant(self, actor_id: str, grant: Grant) -> None:
        self._add_grant(self._school_of(actor_id), actor_id, grant)

    def end_grants(self, actor_id: str) -> None:
        self.run(_END_GRANTS, {"of_actor": actor_id})

    def add_link(self, actor_id: str, link: Link) -> None:
        self._add_link(self._school_of(actor_id), actor_id, link)

    def end_link(self, actor_id: str, student_id: str) -> None:
        self.run(_END_TIE, {"of_actor": actor_id, "of_student": student_id})

    def note_link(self, actor_id: str, student_id: str, text: str) -> bool:
        key = {"of_actor": actor_id, "of_student": student_id}
        if open_note(self, actor_id, student_id, self.scalar(_NOTE, key)) == text:
            return False
        place = f"{actor_id}.{student_id}"
        note = self.seal_text("tie", place, "note", text) if text else None
        return self.run(_WRITE_NOTE, {**key, "note": note}) > 0

    def linked_actors(self, school_id: str, student_id: str) -> tuple[Actor, ...]:
        return fold(self.every(_LINKED, {"school_id": school_id, "of_student": student_id}))

    def set_active(self, actor_id: str, is_active: bool) -> None:
        self._save_person(actor_id, {"is_active": is_active})

    def set_language(self, actor_id: str, language: str) -> None:
        self._save_person(actor_id, {"language": language})

    def set_name(self, actor_id: str, name: str) -> None:
        self._save_person(actor_id, {"name": self.seal_text("actor", actor_id, "name", name)})

    def set_password(
        self, actor_id: str, login: str, password_hash: str, at: datetime | None = None
    ) -> None:
        """Both sealed; the login is found by blind index and is unique in the installation."""
        self._save_person(
            actor_id,
            {
                "login": self.seal_text("actor", actor_id, "login", login),
                "login_lookup": _login_lookup(self, login),
                "password": self.seal_text("actor", actor_id, "password", password_hash),
                "password_at": at,
            },
        )

    def end_sessions(self, actor_id: str) -> int:
        return self.run(_END_SESSIONS, {"of_actor": actor_id})

    def release_leases(self, actor_id: str) -> int:
        return self.run(_RELEASE, {"of_actor": actor_id})

    def _save_person(self, actor_id: str, columns: Mapping[str, object]) -> None:
        if not self.run(_SAVE_ACTOR, {"of_actor": actor_id, **columns}):
            raise NotThere

    def _school_of(self, actor_id: str) -> str:
        rows = self.every(_BY_ID, {"actor_id": actor_id})
        if not rows:
            raise NotThere
        return str(rows[0].school_id)

    def _add_grant(self, school_id: str, actor_id: str, grant: Grant) -> None:
        self.run(
            insert(t.grant),
            {
                "id": new_id(),
                "school_id": school_id,
                "actor_id": actor_id,
                "role": grant.role.value,
                "scope": grant.scope.value,
                "place_id": grant.place_id,
                "since": grant.since,
                "until": grant.until,
                "is_ended": False,
            },
        )

    def _add_link(self, school_id: str, actor_id: str, link: Link) -> None:
        self.run(
            _TIE,
            {
                "school_id": school_id,
                "actor_id": actor_id,
                "student_id": link.student_id,
                "relation": link.relation.value,
                "may_fill": link.may_fill,
                "may_see": link.may_see,
                "gets_notices": link.gets_notices,
            },
        )


def open_note(reader: Reader, actor_id: str, student_id: str, sealed: bytes | None) -> str:
    """The staff's note of one tie; sealed under both its ids."""
    place = f"{actor_id}.{student_id}"
    return "" if sealed is None else reader.open_text("tie", place, "note", sealed)


def load_actor(reader: Reader, school_id: str, actor_id: str) -> Actor:
    """Raises: `NotThere`."""
    found = reader.recall(_BY_ID, {"actor_id": actor_id}, fold)
    if not found or found[0].school_id != school_id:
        raise NotThere
    return found[0]


def has_old_password(reader: Reader, actor_id: str, before: datetime) -> bool:
    """One set before that moment, or before moments were kept."""
    row = reader.first(_PASSWORD_AT, {"actor_id": actor_id})
    if row is None or row.password is None:
        return False
    return row.password_at is None or row.password_at < before


def find_login(reader: Reader, login: str) -> tuple[Actor, str] | None:
    """Who signs in under that word, with the hash of his password."""
    found = fold(reader.every(_BY_LOGIN, {"lookup": _login_lookup(reader, login)}))
    if not found:
        return None
    sealed = reader.scalar(_PASSWORD, {"actor_id": found[0].id})
    return found[0], reader.open_text("actor", found[0].id, "password", sealed)


def find_address(reader: Reader, channel: str, lookup: bytes) -> Actor | None:
    """Whose address that is."""
    found = fold(reader.every(_BY_ADDRESS, {"channel": channel, "lookup": lookup}))
    return found[0] if found else None


def staff(reader: Reader, school_id: str) -> tuple[Actor, ...]:
    """Everyone with a grant beyond his own children."""
    return fold(reader.every(_STAFF, {"school_id": school_id}))


def names(reader: Reader, school_id: str, actor_ids: Collection[str]) -> Mapping[str, str]:
    """Names in clear by actor id; a missing or foreign one is left out."""
    if not actor_ids:
        return {}
    rows = reader.every(_NAMES, {"school_id": school_id, "actor_ids": list(actor_ids)})
    return {row.id: reader.open_text("actor", row.id, "name", row.name) for row in rows}


def fold(rows: Sequence[AnyRow]) -> tuple[Actor, ...]:
    """Rows of `COLUMNS`, which repeat a person for each grant and tie, to actors."""
    people: dict[str, tuple[AnyRow, dict[str, Grant], dict[str, Link]]] = {}
    for row in rows:
        _, grants, links = people.setdefault(row.id, (row, {}, {}))
        if row.grant_id is not None:
            grants[row.grant_id] = Grant(
                Role(row.role), Scope(row.scope), row.place_id, row.since, row.until
            )
        if row.student_id is not None:
            links[row.student_id] = Link(
                row.student_id,
                Relation(row.relation),
                row.may_fill,
                row.may_see,
                row.gets_notices,
            )
    return tuple(
        Actor(
            row.id,
            row.school_id,
            row.language,
            tuple(grants[key] for key in sorted(grants)),
            tuple(links[key] for key in sorted(links)),
            row.is_active,
        )
        for row, grants, links in people.values()
    )


def _login_lookup(reader: Reader, login: str) -> bytes:
    return reader.sealer.lookup("login", "", login.strip().casefold())
