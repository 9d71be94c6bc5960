"""Where a child who stayed away comes back to: the grade and class number he left, which is the
cohort of today (垂直复学). His 学号 stays. Rule: R93, R206, K12.

Called when a return takes effect, and by the case's page before it is decided.
"""

from datetime import date

from registry.books import Books
from registry.effects import day_of
from registry.occasions import school_year
from registry.schools import SchoolClass
from registry.students import Student


def years_away(student: Student, today: date) -> int:
    """School years begun since the child left."""
    since = day_of(student.fields, "suspended_from")
    return 0 if since is None else school_year(today) - school_year(since)


def class_of_return(books: Books, student: Student, today: date) -> SchoolClass:
    """The class of the same number in the cohort that is now where the child was; his own where
    no school year passed or that cohort has no such class.
    """
    own = books.load_class(student.school_id, student.class_id)
    years = years_away(student, today)
    if years <= 0:
        return own
    grade = books.load_grade(student.school_id, student.grade_id)
    found = books.class_of(student.school_id, grade.stage, grade.entry_year + years, own.number)
    return found or own
