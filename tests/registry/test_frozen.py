"""`@frozen` beside the standard dataclass whose place it takes."""

import copy
import pickle
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from typing import Any

import pytest

from registry.frozen import frozen

_standard = dataclass(frozen=True, slots=True)


@frozen
class Child:
    """One that can be pickled: it stands in a module."""

    name: str
    card: str = field(repr=False)
    grade: int = 1
    seen: int = field(default=0, compare=False)
    notes: Mapping[str, str] = field(default_factory=dict, hash=False)


@frozen
class Boarder(Child):
    """One with a field more."""

    room: str = ""


@frozen
class Nothing:
    """One without a field."""


class _Plain:
    name: str
    card: str = field(repr=False)
    grade: int = 1
    seen: int = field(default=0, compare=False)
    notes: Mapping[str, str] = field(default_factory=dict, hash=False)


Standard: Any = _standard(type("Child", (), dict(vars(_Plain))))
"""The same class made by the library."""


def _each(*given: Any, **named: Any) -> tuple[Any, Any]:
    return Child(*given, **named), Standard(*given, **named)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (("王小明", "9"), {}),
        (("王小明",), {"card": "9", "seen": 3}),
        (("王小明", "9", 2, 1, {"a": "b"}), {}),
    ],
    ids=["defaults", "by name", "by place"],
)
def test_it_is_made_and_shown_as_the_standard_one(given: Any, named: Any) -> None:
    ours, standard = _each(*given, **named)
    assert repr(ours) == repr(standard)
    assert "9" not in repr(ours)
    assert [getattr(ours, part.name) for part in fields(Child)] == [
        getattr(standard, part.name) for part in fields(Standard)
    ]
    assert Child.__match_args__ == Standard.__match_args__  # type: ignore[attr-defined]
    assert Child.__slots__ == Standard.__slots__  # type: ignore[attr-defined]


@pytest.mark.parametrize("given", [(), ("a",), ("a", "b", 1, 2, {}, "more")])
def test_a_wrong_call_is_refused_and_names_the_class(given: Any) -> None:
    with pytest.raises(TypeError, match=r"Child\.__init__\(\)"):
        Child(*given)


def test_equality_and_hash_follow_the_fields_compared() -> None:
    one = Child("a", "b", seen=1, notes={"x": "y"})
    assert one == Child("a", "b", seen=2, notes={"x": "y"})
    assert one != Child("a", "b")
    assert one != Standard("a", "b", notes={"x": "y"})
    assert hash(one) == hash(Child("a", "b", notes={"other": "text"}))
    assert Child("a", "b") != Boarder("a", "b")
    assert Nothing() == Nothing()
    assert len({Nothing(), Nothing()}) == 1


def test_a_factory_makes_one_for_each() -> None:
    assert Child("a", "b").notes is not Child("a", "b").notes


def test_no_field_is_changed_added_or_taken_away() -> None:
    child: Any = Child("a", "b")
    for name in ("name", "unknown"):
        with pytest.raises(FrozenInstanceError):
            setattr(child, name, "c")
        with pytest.raises(FrozenInstanceError):
            delattr(child, name)
    assert replace(child, name="c") == Child("c", "b")
    assert child.name == "a"


def test_a_copy_is_equal() -> None:
    boarder = Boarder("a", "b", room="3", notes={"x": "y"})
    for other in (copy.copy(boarder), copy.deepcopy(boarder), pickle.loads(pickle.dumps(boarder))):  # noqa: S301
        assert other == boarder
        assert other is not boarder


def test_what_a_class_says_itself_stays() -> None:
    @frozen
    class Loud:
        text: str

        def __post_init__(self) -> None:
            assert self.text, "empty"

        def __repr__(self) -> str:
            return self.text.upper()

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Loud) and repr(self) == repr(other)

    assert repr(Loud("a")) == "A"
    assert Loud("a") == Loud("A")
    assert hash(Loud("a")) == hash(Loud("a"))
    with pytest.raises(AssertionError, match="empty"):
        Loud("")


@pytest.mark.parametrize("option", [{"init": False, "default": ""}, {"kw_only": True}])
def test_a_field_it_cannot_make_is_refused_at_once(option: Any) -> None:
    with pytest.raises(TypeError, match="text"):
        frozen(type("Odd", (), {"__annotations__": {"text": str}, "text": field(**option)}))
