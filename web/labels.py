"""Names of things of the school as people say them: a class, a grade. Used by every room."""

from locales import say
from registry.schools import Grade, SchoolClass


def class_label(grade: Grade, school_class: SchoolClass, language: str) -> str:
    """一年级（3）班."""
    params = {"grade": grade_label(grade, language), "number": school_class.number}
    return say("school.class", language, params)


def grade_label(grade: Grade, language: str) -> str:
    """一年级, 七年级, 高一."""
    return say(f"school.grade_{grade.number}", language)
