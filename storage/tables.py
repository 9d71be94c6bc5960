"""The tables of the house, declared for the schema only: no row object is ever made.

A column of type `Sealed` holds what `storage.sealing` sealed under (table, row id, column);
every other column can be read on disk and stands in `storage.plain` with its reason. Every row
belongs to a school, except the one that says which key the installation was made with.
"""

from sqlalchemy import Table
from sqlmodel import SQLModel

from storage import case_tables, school_tables
from storage.columns import METADATA as METADATA
from storage.columns import Digest as Digest
from storage.columns import Moment as Moment
from storage.columns import Sealed as Sealed


def _table(row: type[SQLModel]) -> Table:
    return METADATA.tables[str(row.__tablename__)]


actor = _table(school_tables.ActorRow)
address = _table(school_tables.AddressRow)
answered = _table(case_tables.AnsweredRow)
attempt = _table(case_tables.AttemptRow)
calendar_day = _table(school_tables.CalendarDayRow)
calendar_year = _table(school_tables.CalendarYearRow)
claim = _table(school_tables.ClaimRow)
class_change = _table(school_tables.ClassChangeRow)
consent = _table(school_tables.ConsentRow)
county = _table(school_tables.CountyRow)
county_table = _table(school_tables.CountyTableRow)
decision = _table(case_tables.DecisionRow)
draft = _table(case_tables.DraftRow)
entry = _table(school_tables.EntryRow)
event = _table(case_tables.EventRow)
file = _table(case_tables.FileRow)
form_picture = _table(school_tables.FormPictureRow)
grade = _table(school_tables.GradeRow)
grant = _table(school_tables.GrantRow)
inbox = _table(case_tables.InboxRow)
installation = _table(school_tables.InstallationRow)
job = _table(case_tables.JobRow)
national_entry = _table(case_tables.NationalEntryRow)
notice = _table(case_tables.NoticeRow)
number = _table(school_tables.NumberRow)
original_seen = _table(case_tables.OriginalSeenRow)
place = _table(case_tables.PlaceRow)
school = _table(school_tables.SchoolRow)
school_class = _table(school_tables.SchoolClassRow)
school_form = _table(school_tables.SchoolFormRow)
session = _table(school_tables.SessionRow)
status_change = _table(school_tables.StatusChangeRow)
student = _table(school_tables.StudentRow)
submission = _table(case_tables.SubmissionRow)
submission_round = _table(case_tables.SubmissionRoundRow)
tally = _table(school_tables.TallyRow)
task = _table(case_tables.TaskRow)
tie = _table(school_tables.TieRow)
