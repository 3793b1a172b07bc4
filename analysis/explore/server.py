"""HTTP for one page on one machine. Whoever does not know the token gets nothing; nothing that comes names a file."""

from __future__ import annotations

import hmac
import json
import secrets
import socket
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from analysis.explore.engine import Engine

_LOOPBACK = "127.0.0.1"
_LONGEST_QUESTION = 1 << 16  # bytes
_MOST_CONNECTIONS = 64
_PATIENCE_S = 10.0  # for the rest of a request
_HEARTBEAT_S = 1.0  # an event stream whose reader has gone is found by writing to it
_FIRST_PAGE_S = 600.0  # for a browser to come at all


class Server(ThreadingHTTPServer):
    """Use it as a context."""

    daemon_threads = True
    request_queue_size = 128
    timeout = 0.1  # seconds between two looks whether there is a reader

    def __init__(self, port: int, engine: Engine, keep_s: float):
        self.engine = engine
        self.token = secrets.token_urlsafe(24)
        self.page = b""
        self._keep_s = keep_s
        self._room = threading.BoundedSemaphore(_MOST_CONNECTIONS)
        self._readers = 0  # of the event stream
        self._counting = threading.Lock()
        self._alone_since = time.monotonic() + _FIRST_PAGE_S - keep_s
        super().__init__((_LOOPBACK, port), Handler)
        self.hosts = {f"{name}:{self.server_address[1]}" for name in (_LOOPBACK, "localhost")}

    @property
    def address(self) -> str:
        return f"http://{_LOOPBACK}:{self.server_address[1]}/{self.token}/"

    def serve_until_closed(self) -> None:
        """Until the page has been closed for as long as was said, or the engine has ended."""
        while not self.engine.failed and not self._is_alone():
            self.handle_request()

    def _is_alone(self) -> bool:
        return not self._readers and time.monotonic() - self._alone_since > self._keep_s

    def reader_came(self) -> None:
        with self._counting:
            self._readers += 1

    def reader_left(self) -> None:
        with self._counting:
            self._alone_since = time.monotonic()
            self._readers -= 1

    def process_request(self, request, client_address):
        # More than a browser opens is somebody else's: the connection is closed.
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request, client_address):
        """A peer that has gone is no news."""


class Handler(BaseHTTPRequestHandler):
    server: Server
    timeout = _PATIENCE_S
    server_version = "vqlab"
    sys_version = ""

    def do_GET(self) -> None:
        path = self._path()
        if path == "":
            self._send(HTTPStatus.OK, self.server.page, "text/html; charset=utf-8")
        elif path == "events":
            self._stream()
        else:
            self._refuse()

    def do_POST(self) -> None:
        if self._path() != "ask" or self.headers.get("Content-Type") != "application/json":
            return self._refuse()
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or int(length) > _LONGEST_QUESTION:
            return self._refuse(HTTPStatus.BAD_REQUEST)
        try:
            question = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            return self._refuse(HTTPStatus.BAD_REQUEST)
        state = self.server.engine.ask(question)
        if state is None:
            return self._refuse(HTTPStatus.BAD_REQUEST)
        return self._send(HTTPStatus.OK, json.dumps({"state": state}).encode(), "application/json")

    def _path(self) -> str | None:
        """Behind the token; None if the request is not the page's own."""
        for name, allowed in (("Host", self.server.hosts), ("Origin", {f"http://{host}" for host in self.server.hosts}),
                              ("Sec-Fetch-Site", {"same-origin", "none"})):
            said = self.headers.get_all(name) or []
            if len(said) > 1 or (said and said[0] not in allowed) or (name == "Host" and not said):
                return None
        parts = self.path.split("/")
        if len(parts) != 3 or parts[0] or not hmac.compare_digest(parts[1].encode(), self.server.token.encode()):
            return None
        return parts[2]

    def _stream(self) -> None:
        """What the engine says of the newest state, from its beginning, and goes on saying."""
        engine = self.server.engine
        self._head(HTTPStatus.OK, "text/event-stream")
        self.server.reader_came()
        try:
            state, told = -1, 0
            while not engine.failed:
                with engine.news:
                    if state == engine.state and told == len(engine.lines):
                        engine.news.wait(_HEARTBEAT_S)
                    if state != engine.state:
                        state, told = engine.state, 0
                    lines = engine.lines[told:]
                    told += len(lines)
                self.wfile.write("".join(f"data: {line}\n" for line in lines).encode() or b":\n\n")
                self.wfile.flush()
        except OSError:
            pass
        finally:
            self.server.reader_left()

    def _send(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self._head(status, kind, len(body))
        self.wfile.write(body)

    def _refuse(self, status: HTTPStatus = HTTPStatus.NOT_FOUND) -> None:
        self._send(status, b"", "text/plain")

    def _head(self, status: HTTPStatus, kind: str, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if length is not None:
            self.send_header("Content-Length", str(length))
        # Nobody may frame the page, keep it, or learn its address.
        for name, value in (("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer"),
                            ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"),
                            ("Cross-Origin-Resource-Policy", "same-origin"), ("Connection", "close")):
            self.send_header(name, value)
        self.end_headers()

    def send_error(self, code, message=None, explain=None):
        """What is no HTTP, or a method that nobody asked for."""
        self.close_connection = True
        try:
            self._refuse(HTTPStatus(code))
        except (OSError, ValueError):
            pass

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
