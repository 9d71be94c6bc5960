"""Every read of the pages. Who asks is an argument of each: his grants limit the rows in SQL.

Rows come back as small named values, with names in clear where a person needs them; masking is
the page's, by `registry.policy.sight`. One module per kind of page.
"""

from storage.queries.classes import (
    ChildProgress,
    ClaimRow,
    claims_of,
    class_labels,
    class_overview,
    tasks_of,
)
from storage.queries.family import (
    ChildView,
    ClaimView,
    DraftView,
    FamilyView,
    Teacher,
    child_view,
    family_view,
)
from storage.queries.reach import Reach, reach_of
from storage.queries.register import (
    LastChange,
    RegisterFilter,
    last_change,
    register_count,
    register_list,
    register_named,
)
from storage.queries.review import (
    Case,
    Page,
    Queue,
    QueueFilter,
    QueueItem,
    case_view,
    queue,
    queue_counts,
)

__all__ = [
    "Case",
    "ChildProgress",
    "ChildView",
    "ClaimRow",
    "ClaimView",
    "DraftView",
    "FamilyView",
    "LastChange",
    "Page",
    "Queue",
    "QueueFilter",
    "QueueItem",
    "Reach",
    "RegisterFilter",
    "Teacher",
    "case_view",
    "child_view",
    "claims_of",
    "class_labels",
    "class_overview",
    "family_view",
    "last_change",
    "queue",
    "queue_counts",
    "reach_of",
    "register_count",
    "register_list",
    "register_named",
    "tasks_of",
]
