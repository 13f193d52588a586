import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shared.core.errors import Unavailable
from shared.documents import PdfPool, RenderError, render_pdf

ROOT = Path(__file__).resolve().parents[3]
BrokenPool = Callable[..., PdfPool]
LONG = "<p>" + "合规培训证书，欧阳喆堃。" * 4000 + "</p>"

SUITE = """
import sys, time
from shared.documents import PdfPool, render_pdf
pool = PdfPool(workers=1)
{before}
print(*pool.pids(), flush=True)
{after}
"""


def draw(pool: PdfPool, body: str = "<p>证书</p>") -> bytes:
    return render_pdf(body, title="t", language="zh-CN", pool=pool)


def is_alive(pid: int) -> bool:
    """Say whether the process is there and not merely waiting to be collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(condition: Callable[[], bool], seconds: float = 8) -> bool:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()


def test_a_worker_killed_between_documents_is_replaced(pool: PdfPool) -> None:
    draw(pool)
    (pid,) = pool.pids()
    os.kill(pid, signal.SIGKILL)

    assert draw(pool).startswith(b"%PDF-")
    assert pool.pids() != [pid]
    assert len(pool.pids()) == 1


def test_a_document_whose_worker_is_killed_under_way_is_drawn_by_another(pool: PdfPool) -> None:
    draw(pool)
    (pid,) = pool.pids()
    drawn: list[bytes] = []
    asking = threading.Thread(target=lambda: drawn.append(draw(pool, LONG)))
    asking.start()
    time.sleep(0.2)
    assert asking.is_alive()
    os.kill(pid, signal.SIGKILL)
    asking.join()

    assert drawn
    assert drawn[0].rstrip().endswith(b"%%EOF")
    assert pid not in pool.pids()


def test_eight_threads_at_once_get_eight_documents_each_its_own(pool: PdfPool) -> None:
    with ThreadPoolExecutor(8) as threads:
        bodies = [f"<p>{'证' * number}</p>" for number in range(1, 9)]
        drawn = list(threads.map(lambda body: draw(pool, body), bodies))

    assert drawn == [draw(pool, body) for body in bodies]
    assert len(set(drawn)) == 8
    assert all(pdf.startswith(b"%PDF-") and pdf.rstrip().endswith(b"%%EOF") for pdf in drawn)


def test_after_a_fork_the_child_starts_its_own_worker_and_leaves_the_parents_alone(pool: PdfPool) -> None:
    draw(pool)
    before = pool.pids()
    child = os.fork()
    if child == 0:
        try:
            empty = pool.pids() == []
            drawn = draw(pool).startswith(b"%PDF-")
            own = pool.pids() != before
            pool.close()
            os._exit(0 if empty and drawn and own else 1)
        except BaseException:
            os._exit(2)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert draw(pool).startswith(b"%PDF-")
    assert pool.pids() == before


def start_suite(before: str, after: str, folder: Path) -> tuple[subprocess.Popen[str], list[int]]:
    """Start a program with a pool, in a temp folder of its own; return it and its workers' ids."""
    program = subprocess.Popen(
        [sys.executable, "-c", SUITE.format(before=before, after=after)],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert program.stdout is not None
    return program, [int(word) for word in program.stdout.readline().split()]


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGKILL"])
def test_no_worker_and_no_file_outlives_a_parent_that_is_stopped(name: str, tmp_path: Path) -> None:
    under_way = (
        "import threading\n"
        "threading.Thread(daemon=True, target=lambda: render_pdf('<p>' + '证书' * 10**6, title='t',"
        " language='zh', pool=pool)).start()\n"
        "while not pool.pids(): time.sleep(0.01)\n"
        "time.sleep(0.5)"
    )
    program, workers = start_suite(under_way, "time.sleep(60)", tmp_path)
    assert workers
    assert all(is_alive(pid) for pid in workers)

    program.send_signal(signal.Signals[name])
    program.communicate()

    assert wait_until(lambda: not any(is_alive(pid) for pid in workers))
    assert wait_until(lambda: not list(tmp_path.iterdir()))


def test_a_program_that_ends_without_closing_its_pool_leaves_nothing_behind(tmp_path: Path) -> None:
    program, workers = start_suite("render_pdf('x', title='t', language='en', pool=pool)", "", tmp_path)
    program.communicate()

    assert program.returncode == 0
    assert workers
    assert wait_until(lambda: not any(is_alive(pid) for pid in workers))
    assert wait_until(lambda: not list(tmp_path.iterdir()))


def test_a_closed_pool_has_no_process_no_folder_and_draws_no_more(
    broken_pool: BrokenPool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    pool = broken_pool("raise ValueError")
    with pytest.raises(RenderError):
        draw(pool)
    (pid,) = pool.pids()
    assert len(list(folder.iterdir())) == 1

    pool.close()

    assert not is_alive(pid)
    assert list(folder.iterdir()) == []
    with pytest.raises(Unavailable, match="shut down"):
        draw(pool)


def test_a_worker_is_replaced_after_its_share_of_documents(broken_pool: BrokenPool) -> None:
    pool = broken_pool("raise ValueError", recycle_after=2)
    seen = []
    for _ in range(2):
        with pytest.raises(RenderError):
            draw(pool)
        seen += pool.pids()

    assert len(seen) == 1  # Gone after the second.
    with pytest.raises(RenderError):
        draw(pool)
    assert pool.pids() != seen


def test_a_renderer_that_stops_twice_is_unavailable(broken_pool: BrokenPool) -> None:
    pool = broken_pool("import os; os._exit(1)")

    with pytest.raises(Unavailable, match="stopped twice"):
        draw(pool)
    assert pool.pids() == []


def test_a_document_that_takes_too_long_is_given_up_and_its_worker_ended(broken_pool: BrokenPool) -> None:
    pool = broken_pool("import time; time.sleep(60)", timeout=0.8)

    with pytest.raises(Unavailable, match="too long"):
        draw(pool)
    assert pool.pids() == []


def test_who_waits_too_long_for_a_free_worker_is_told_so(broken_pool: BrokenPool) -> None:
    pool = broken_pool("import time; time.sleep(60)", timeout=0.8)
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(draw, pool)
        assert wait_until(lambda: bool(pool.pids()))
        pool.timeout = 0.1

        with pytest.raises(Unavailable, match="Too many"):
            draw(pool)
        with pytest.raises(Unavailable, match="too long"):
            first.result()


def test_a_defect_of_the_renderer_is_reported_with_its_traceback(broken_pool: BrokenPool) -> None:
    with pytest.raises(RenderError, match="ValueError: the ink is dry"):
        draw(broken_pool("raise ValueError('the ink is dry')"))
