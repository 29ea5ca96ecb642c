"""A small local server that stands in for the hub: HEAD, GET and Range of /REPO/resolve/REVISION/FILE."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class FakeHub:
    """What the server serves and what it was asked.

    Args:
        files: Content by file name, all of one repository.
        repo, revision: The only ones it knows.
        gate: Status (401 or 403) that gated answers carry; 0 when open to all.
        broken: Status of every answer, such as 500; 0 when it works.
        cut_after: Bytes after which each body breaks off; 0 when bodies are whole.
        altered: Names whose content comes with one byte changed.
        store: Whether weights are answered by a redirect to a store of another host name, as the hub does.
    """

    files: dict[str, bytes]
    repo: str = "facebook/tiny-model"
    revision: str = "a" * 40
    gate: int = 0
    broken: int = 0
    cut_after: int = 0
    altered: set[str] = field(default_factory=set)
    store: bool = False
    token: str = "hf_granted"
    address: str = ""
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    tokens_at_store: list[str] = field(default_factory=list)

    def gets(self, name: str) -> list[str]:
        """Return the Range headers of all GETs of a file ("" for a whole one)."""
        return [span for method, path, span in self.asked if method == "GET" and path.endswith(f"/{name}")]


def etag(name: str, content: bytes) -> str:
    """Tag content as the hub does: sha256 for weights, the git blob hash for small text."""
    if name.endswith(".safetensors"):
        return hashlib.sha256(content).hexdigest()
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def _handler(hub: FakeHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def _answer(self, *, body: bool) -> None:
            hub.asked.append((self.command, self.path, self.headers.get("Range") or ""))
            name = self.path.rsplit("/", 1)[1]
            at_store = self.path.startswith("/store/")
            if at_store:
                hub.tokens_at_store.append(self.headers.get("Authorization") or "")
            elif refused := self._refusal():
                self._refuse(*refused)
                return
            content = hub.files[name]
            if hub.store and not at_store and name.endswith(".safetensors"):
                self._redirect(name, content)
                return
            start = int((self.headers.get("Range") or "bytes=0-")[6:].split("-")[0])
            self.send_response(206 if start else 200)
            self.send_header("ETag", f'"{etag(name, content)}"')
            self.send_header("X-Repo-Commit", hub.revision)
            self.send_header("Content-Length", str(len(content) - start))
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            self.end_headers()
            if body:
                self._send(name, content, start)

        def _redirect(self, name: str, content: bytes) -> None:
            self.send_response(302)
            port = hub.address.rsplit(":", 1)[1]
            self.send_header("Location", f"http://localhost:{port}/store/{name}")
            self.send_header("X-Linked-ETag", f'"{etag(name, content)}"')
            self.send_header("X-Linked-Size", str(len(content)))
            self.send_header("X-Repo-Commit", hub.revision)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _send(self, name: str, content: bytes, start: int) -> None:
            if name in hub.altered:
                content = bytes([content[0] ^ 1]) + content[1:]
            end = start + hub.cut_after if hub.cut_after else len(content)
            self.wfile.write(content[start:end])
            if end < len(content):
                self.close_connection = True

        def _refusal(self) -> tuple[int, str] | None:
            if hub.broken:
                return hub.broken, ""
            granted = self.headers.get("Authorization") == f"Bearer {hub.token}"
            if hub.gate and not granted:
                return hub.gate, "GatedRepo"
            prefix = f"/{hub.repo}/resolve/"
            if not self.path.startswith(prefix):
                return 401, "RepoNotFound"
            revision, _, name = self.path.removeprefix(prefix).partition("/")
            if revision != hub.revision:
                return 404, "RevisionNotFound"
            return None if name in hub.files else (404, "EntryNotFound")

        def _refuse(self, status: int, code: str) -> None:
            self.send_response(status)
            if code:
                self.send_header("X-Error-Code", code)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test output clean."""

    return Handler


@contextmanager
def serving(hub: FakeHub) -> Iterator[FakeHub]:
    """Serve the fake hub on a free local port for the length of a test."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
