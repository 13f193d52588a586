"""Starting and stopping: what somebody at a terminal sees."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "var"
    yield folder
    for pid in _processes_of(folder):
        os.kill(pid, signal.SIGKILL)


def _start(folder: Path, port: int, *command: str, **more: str) -> subprocess.Popen[str]:
    env = {**os.environ, "DATA": str(folder), "PORT": str(port), **more}
    return subprocess.Popen(
        command or [sys.executable, "wsgi.py", "run"], cwd=ROOT, env=env, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def _wait_for(url: str, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            urlopen(url, timeout=2).close()
            return
        except HTTPError:
            return
        except (URLError, OSError):
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < deadline, "no answer in two minutes"
            time.sleep(0.1)


def _processes_of(folder: Path) -> list[int]:
    """Return the processes that were started with this data folder, children and all."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if f"DATA={folder}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def _said(process: subprocess.Popen[str]) -> str:
    text, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in text
    return text


def test_a_taken_port_is_told_in_one_line_with_what_to_do(folder: Path, port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        text = _said(_start(folder, port))
    assert f"port {port} is taken" in text
    assert "PORT=" in text
    assert len(text.strip().splitlines()) == 1


def test_a_data_folder_that_cannot_be_written_is_told_in_one_line_with_what_to_do(
    tmp_path: Path, port: int
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    text = _said(_start(in_the_way / "var", port))
    assert "cannot be written" in text
    assert "DATA=" in text
    assert len(text.strip().splitlines()) == 1


def test_an_unknown_service_is_told_with_those_there_are(folder: Path, port: int) -> None:
    text = _said(_start(folder, port, SUITE_SERVICES="trainning"))
    assert "trainning" in text
    assert "eligibility" in text


def test_ctrl_c_leaves_nothing_running_and_the_next_start_finds_everything(folder: Path, port: int) -> None:
    process = _start(folder, port)
    _wait_for(f"http://127.0.0.1:{port}/people/health", process)
    process.send_signal(signal.SIGINT)
    first, _ = process.communicate(timeout=30)
    assert f"http://127.0.0.1:{port}" in first
    for persona in ("rep", "manager", "payroll", "auditor", "hr"):
        assert f"  {persona} " in first
    assert _processes_of(folder) == []
    again = _start(folder, port)
    _wait_for(f"http://127.0.0.1:{port}/people/health", again)
    again.send_signal(signal.SIGINT)
    second, _ = again.communicate(timeout=30)
    assert "Loading the demo company" in first
    assert "Loading the demo company" not in second


def test_being_interrupted_while_loading_leaves_nothing_half_written(folder: Path, port: int) -> None:
    process = _start(folder, port)
    assert process.stdout is not None
    assert "Loading" in process.stdout.readline()
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert _processes_of(folder) == []
    again = _start(folder, port)
    _wait_for(f"http://127.0.0.1:{port}/people/health", again)
    again.send_signal(signal.SIGINT)
    text, _ = again.communicate(timeout=30)
    assert "Loading the demo company" in text
    assert "Traceback" not in text


def test_being_killed_while_loading_is_mended_by_the_next_start(folder: Path, port: int) -> None:
    process = _start(folder, port)
    assert process.stdout is not None
    assert "Loading" in process.stdout.readline()
    time.sleep(3)
    process.kill()
    process.communicate(timeout=60)
    again = _start(folder, port)
    _wait_for(f"http://127.0.0.1:{port}/people/health", again)
    again.send_signal(signal.SIGINT)
    text, _ = again.communicate(timeout=30)
    assert "Loading the demo company" in text
    assert "Traceback" not in text


def test_one_service_runs_alone_under_gunicorn(folder: Path, port: int) -> None:
    gunicorn = str(Path(sys.executable).parent / "gunicorn")
    process = _start(
        folder, port, gunicorn, "wsgi:app", "--bind", f"127.0.0.1:{port}", SUITE_SERVICES="training"
    )
    _wait_for(f"http://127.0.0.1:{port}/training/health", process)
    assert urlopen(f"http://127.0.0.1:{port}/training/health").status == 200
    with pytest.raises(HTTPError) as caught:
        urlopen(f"http://127.0.0.1:{port}/contracts/health")
    assert caught.value.code == 404
    caught.value.close()
    assert not (folder / "contracts.db").exists()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert _processes_of(folder) == []
