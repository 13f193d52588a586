"""The roster as each service keeps it for itself: a projection of what people publishes."""

from shared.directory.audience import Audience
from shared.directory.handlers import HANDLERS, apply_snapshots, row_of
from shared.directory.models import DirectoryBase, DirectoryPerson
from shared.directory.narrowing import EVERYBODY, Narrowing, here_on, ids_below
from shared.directory.queries import (
    find_by_employee_no,
    find_person,
    get_person,
    is_above,
    known_ids,
    list_people,
    list_subtree_ids,
    names_of,
    people_by_id,
)

__all__ = [
    "EVERYBODY",
    "HANDLERS",
    "Audience",
    "DirectoryBase",
    "DirectoryPerson",
    "Narrowing",
    "apply_snapshots",
    "find_by_employee_no",
    "find_person",
    "get_person",
    "here_on",
    "ids_below",
    "is_above",
    "known_ids",
    "list_people",
    "list_subtree_ids",
    "names_of",
    "people_by_id",
    "row_of",
]
