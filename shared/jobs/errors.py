"""How work can end other than well."""

from typing import NamedTuple

from shared.core.errors import DomainError
from shared.core.text import N_, Message


class JobRejected(DomainError):
    """Raised by a handler: this work cannot succeed however often it is tried.

    Its message is kept with the job and shown, so it must hold no personal data.
    """

    type = "job-rejected"
    status = 422
    title = N_("The work cannot be done")


class LeaseLost(Exception):
    """The job is no longer this worker's: its lease ran out and somebody else may have taken it."""


class SafeError(NamedTuple):
    """What is kept of an error: a sentence for people (an English msgid) and a stable code, no values."""

    message: str
    code: str
    permanent: bool = False


UNEXPECTED = N_("The work stopped on an unexpected error")
WORKER_LOST = N_("The worker was lost again and again while doing this work")
LOST = SafeError(WORKER_LOST.msgid, "worker-lost")

_LONGEST = 500
_LONGEST_CODE = 80


def describe(error: BaseException) -> SafeError:
    """Return what may be kept of `error`.

    An exception's own text may hold a name, a row of a file or an SQL statement with its values, so only
    its class is told; a `JobRejected` was written to be shown.
    """
    if isinstance(error, JobRejected):
        return SafeError(str(error.message)[:_LONGEST], error.type, permanent=True)
    if isinstance(error, DomainError):
        title: Message = error.title
        return SafeError(title.msgid, error.type)
    return SafeError(UNEXPECTED.msgid, type(error).__name__[:_LONGEST_CODE])
