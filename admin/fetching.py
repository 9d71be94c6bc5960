"""The national number of a child who enters grade 7, on the case's page: still to be fetched from
the primary school, who fetched it, and the field where the registrar types it. Rule: R106, R107.
"""

from urllib.parse import parse_qsl

from aiohttp import web

from admin.case import case_page
from admin.pages import back_to
from admin.typed import Fault, read_typed, read_wanted
from registry import national_numbers
from registry.problems import NotThere, RuleError
from web.visits import Visit

FIELD = "fetched"
# A family may leave the number to the teacher; the teacher reads something else.
_WORDS = {
    "value.empty": "panel.number.empty",
    "value.national_number_shape": "panel.number.shape",
}


async def fetch(visit: Visit) -> web.StreamResponse:
    """Kept with the child, or the page again with what is wrong; what was typed stays."""
    case_id, wanted, actor = visit.parameter("id"), read_wanted(visit), visit.person()
    typed, text = read_typed(visit), visit.fields.get(FIELD, "")
    try:
        reading = await visit.house.db.write(
            lambda unit: national_numbers.fetch_number(unit, actor, case_id, text, visit.now)
        )
    except NotThere:
        raise
    except RuleError as refused:
        faults = (Fault("", refused.code, refused.params),)
        return await case_page(visit, case_id, wanted, typed=typed, faults=faults, status=422)
    if reading.problem is not None:
        code = _WORDS.get(reading.problem.code, reading.problem.code)
        faults = (Fault(FIELD, code, reading.problem.params),)
        return await case_page(visit, case_id, wanted, typed=typed, faults=faults, status=422)
    if typed.is_empty:
        query = dict(parse_qsl(wanted.query()))
        return back_to(f"/panel/case/{case_id}", **query, done="number_fetched")
    return await case_page(visit, case_id, wanted, typed=typed)
