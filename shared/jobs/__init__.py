"""Background and scheduled work: the job is a row in the service's database, Huey only wakes who does it."""

from shared.jobs.commands import enqueue
from shared.jobs.context import JobContext, JobHandler
from shared.jobs.errors import JobRejected, LeaseLost
from shared.jobs.models import Job
from shared.jobs.queries import count_jobs, find_job, find_unfinished, get_job, list_jobs
from shared.jobs.rules import JobStatus
from shared.jobs.runner import Runner
from shared.jobs.schedules import Schedule

__all__ = [
    "Job",
    "JobContext",
    "JobHandler",
    "JobRejected",
    "JobStatus",
    "LeaseLost",
    "Runner",
    "Schedule",
    "count_jobs",
    "enqueue",
    "find_job",
    "find_unfinished",
    "get_job",
    "list_jobs",
]
