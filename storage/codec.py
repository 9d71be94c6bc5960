"""Frozen values to JSON documents and back.

A field at its default is left out and an unknown one is ignored, so a document written before a
field existed opens with the default. Called by the unit of work before sealing and after
opening; a draft's answers, written on every turn, have a codec of their own.
"""

import types
from collections.abc import Callable, Mapping, Set
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from storage.sealing import Json

_Value = TypeVar("_Value")
_SAME = (str, int, float, bool)


def pack(value: object) -> Json:
    """A dataclass, enum, date, tuple, set, mapping or plain value as JSON."""
    if value is None or type(value) in _SAME:
        return cast(Json, value)
    if is_dataclass(value):
        return {name: pack(item) for name, item in _kept(value)}
    if isinstance(value, Enum):
        return cast(Json, value.value)
    if isinstance(value, date):  # datetime is one
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): pack(item) for key, item in value.items()}
    if isinstance(value, Set):
        return sorted((pack(item) for item in value), key=str)
    if isinstance(value, tuple):
        return [pack(item) for item in value]
    raise TypeError(type(value).__name__)


def unpack(kind: type[_Value], document: Json) -> _Value:
    """The value of that type."""
    value: _Value = _opener(cast(Any, kind))(document)
    return value


def _kept(value: object) -> list[tuple[str, object]]:
    defaults = _defaults(cast(Any, type(value)))
    return [(name, it) for name, no in defaults if (it := getattr(value, name)) != no]


@cache
def _defaults(kind: type) -> tuple[tuple[str, object], ...]:
    return tuple((field.name, _default(field)) for field in fields(kind))


def _default(field: Field[object]) -> object:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


@cache
def _opener(kind: Any) -> Callable[[Any], Any]:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _optional(_opener(next(one for one in arguments if one is not type(None))))
    if origin is not None:
        return _collection(origin, _opener(arguments[1 if _maps(origin) else 0]))
    if is_dataclass(kind):
        return _dataclass(cast(type, kind))
    if issubclass(kind, Enum):
        return cast(Callable[[Any], Any], kind)
    if issubclass(kind, date):
        return cast(Callable[[Any], Any], kind.fromisoformat)
    return _same


def _maps(origin: Any) -> bool:
    return issubclass(origin, Mapping)


def _collection(origin: Any, item: Callable[[Any], Any]) -> Callable[[Any], Any]:
    if _maps(origin):
        return lambda document: {key: item(value) for key, value in document.items()}
    return lambda document: origin(map(item, document))


def _dataclass(kind: type) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    openers = {field.name: _opener(hints[field.name]) for field in fields(kind)}

    def open_document(document: dict[str, Any]) -> Any:
        named = document.items()
        return kind(**{name: openers[name](item) for name, item in named if name in openers})

    return open_document


def _optional(opener: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda document: None if document is None else opener(document)


def _same(document: Any) -> Any:
    return document
