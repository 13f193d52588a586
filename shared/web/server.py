"""Serving the suite with gunicorn: threads in one process, jobs beside them, nothing left behind."""

import signal
import socket
from collections.abc import Callable
from functools import partial
from typing import Any

from gunicorn.app.base import BaseApplication

from shared.documents import close_default_pool
from shared.web.suite import Suite


class PortTakenError(Exception):
    """Something else listens on the address."""


def check_port(host: str, port: int) -> None:
    """Raise PortTakenError when the address cannot be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTakenError(f"{host}:{port}: {error.strerror}") from error


class Server(BaseApplication):
    """gunicorn around a suite that is already built; `ready` is called once it accepts requests."""

    def __init__(self, suite: Suite, host: str, port: int, ready: Callable[[], None]) -> None:
        self.suite = suite
        self.options = {
            "bind": f"{host}:{port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": 8,
            "reuse_port": False,
            "timeout": 90,
            "graceful_timeout": 5,
            "keepalive": 15,
            "control_socket_disable": True,
            "loglevel": "warning",
            "when_ready": lambda _: ready(),
            "post_worker_init": lambda _: self._begin(),
            "worker_exit": lambda _server, _worker: self._stop(),
        }
        super().__init__()

    def load_config(self) -> None:
        """Hand our options to gunicorn."""
        for name, value in self.options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Suite:
        """Return the WSGI application."""
        return self.suite

    def _begin(self) -> None:
        self.suite.start()
        # Requests that wait for news of a log are answered when the end is asked for, not when they time out.
        for number in (signal.SIGTERM, signal.SIGQUIT, signal.SIGINT):
            signal.signal(number, partial(self._let_go, signal.getsignal(number)))

    def _let_go(self, then: Any, number: int, frame: Any) -> None:
        self.suite.let_go()
        if callable(then):
            then(number, frame)

    def _stop(self) -> None:
        self.suite.stop()
        close_default_pool()
