"""The preview as a stranger's page, another program or an odd client meets it: by raw sockets, and as a process."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from report.choices import Request
from report.limits import USUAL
from report.preview.editors import Editor, editor
from report.preview.session import Session

BASE = "title: Title\ncover: none\npdf-standard: []\n"
TEXT = (
    "# One {#sec-one}\n\nA first paragraph of words.\n\nThe second paragraph, which has a note.^[A note of its own.]\n"
)
EDITOR = f"{sys.executable} -c 'import sys; open(sys.argv[1], \"a\").write(repr(sys.argv[2:]))' "


def project(folder: Path, text: str = TEXT) -> Path:
    (folder / "chapters").mkdir(parents=True)
    (folder / "report.yml").write_text(BASE)
    (folder / "chapters" / "01-one.md").write_text(text)
    (folder / "secret.txt").write_text("SECRET")
    return folder


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A preview that answers, and has not built anything."""
    log = tmp_path / "editor.log"
    chosen = editor(f"{EDITOR} {log} {{file}} {{line}} {{column}}")
    request = Request(project(tmp_path / "project"), "text", False, (), (), (), ("pdf",), USUAL)
    with Session(request, chosen, 0) as begun:
        yield begun


def answered(port: int, sent: bytes) -> bytes:
    """Everything that comes back until the connection is closed, or nothing more comes."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as channel:
        channel.sendall(sent)
        channel.settimeout(1)
        found = b""
        try:
            while piece := channel.recv(65536):
                found += piece
        except (TimeoutError, ConnectionResetError):
            pass
        return found


def status(reply: bytes) -> int:
    found = re.match(rb"HTTP/1\.1 (\d{3}) ", reply)
    return int(found[1]) if found else 0


def request(
    session: Session, target: str, *fields: str, method: str = "GET", body: str = "", cookie: bool = True
) -> bytes:
    """A request of the page itself, with more fields, or others."""
    own = {
        "Host": f"127.0.0.1:{session.server.port}",
        **({"Cookie": session.gate.grant.partition(";")[0]} if cookie else {}),
        **({"Content-Length": str(len(body.encode()))} if body else {}),
        "Connection": "close",
    }
    named = {field.partition(":")[0] for field in fields}
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in own.items() if name not in named)]
    lines += [field for field in fields if not field.endswith(": -")]
    return "\r\n".join((*lines, "", body)).encode("latin-1")


def ask(session: Session, target: str, *fields: str, **more: object) -> bytes:
    return answered(session.server.port, request(session, target, *fields, **more))  # type: ignore[arg-type]


def test_the_token_opens_and_the_cookie_keeps_open(session: Session) -> None:
    reply = ask(session, session.gate.entrance, cookie=False)
    assert status(reply) == 303
    assert b"\r\nLocation: /\r\n" in reply
    assert re.search(rb"Set-Cookie: report-preview-\d+=[\w-]{43}; Path=/; HttpOnly; SameSite=Strict\r\n", reply)
    assert len(session.gate.entrance) == len("/?token=") + 43, "256 bits"
    assert status(ask(session, "/")) == 200
    for target in ("/", "/events", "/preview.js", "/edition", f"/page/{'0' * 40}/100", "/search?q=a"):
        assert status(ask(session, target, cookie=False)) == 403


@pytest.mark.parametrize(
    "target",
    ["/?token=", "/?token=a", "/?Token={token}", "/?token={token}x", "/?token={token}&a=b", "/x?token={token}"],
)
def test_no_other_token_opens(session: Session, target: str) -> None:
    token = session.gate.entrance.partition("=")[2]
    assert status(ask(session, target.format(token=token), cookie=False)) == 403


def test_tokens_are_never_the_same(tmp_path: Path) -> None:
    request = Request(project(tmp_path), "text", False, (), (), (), ("pdf",), USUAL)
    with Session(request, Editor(), 0) as one, Session(request, Editor(), 0) as other:
        assert one.gate.entrance != other.gate.entrance
        assert one.gate.grant != other.gate.grant
        assert one.server.port != other.server.port


@pytest.mark.parametrize(
    "fields",
    [
        ("Host: example.org",),
        ("Host: example.org:{port}",),
        ("Host: 127.0.0.1",),
        ("Host: 127.0.0.1:1",),
        ("Host: 127.0.0.1:{port}, example.org",),
        ("Host: 127.0.0.1.example.org:{port}",),
        ("Host: user@127.0.0.1:{port}",),
        ("Host: 0.0.0.0:{port}",),
        ("Host: 2130706433:{port}",),
        ("Host: ",),
        ("Host: -",),
        ("Host: 127.0.0.1:{port}", "Host: 127.0.0.1:{port}"),
        ("Host: 127.0.0.1:{port}", "Host: example.org"),
        ("X-Forwarded-Host: 127.0.0.1:{port}", "Host: example.org"),
    ],
)
def test_another_host_is_refused(session: Session, fields: tuple[str, ...]) -> None:
    given = [field.format(port=session.server.port) for field in fields]
    assert status(ask(session, "/", *given)) == 421
    assert status(ask(session, session.gate.entrance, *given, cookie=False)) == 421


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_names_of_this_machine_are_its_own(session: Session, host: str) -> None:
    assert status(ask(session, "/", f"Host: {host}:{session.server.port}")) == 200


PLACE = json.dumps({"path": "chapters/01-one.md", "line": 3, "column": 5})


@pytest.mark.parametrize(
    "fields",
    [
        (),
        ("Origin: null",),
        ("Origin: http://example.org",),
        ("Origin: http://127.0.0.1",),
        ("Origin: https://127.0.0.1:{port}",),
        ("Origin: http://localhost:{port}",),
        ("Origin: http://127.0.0.1:{port}", "Origin: http://127.0.0.1:{port}"),
        ("Origin: http://127.0.0.1:{port}", "Sec-Fetch-Site: cross-site"),
        ("Origin: http://127.0.0.1:{port}", "Sec-Fetch-Site: same-site"),
    ],
)
def test_nothing_is_opened_for_another_origin(session: Session, fields: tuple[str, ...]) -> None:
    given = [field.format(port=session.server.port) for field in fields]
    session.shown.change({"files": ["chapters/01-one.md"]})
    assert status(ask(session, "/open", "Content-Type: application/json", *given, method="POST", body=PLACE)) == 403


@pytest.mark.parametrize(
    ("fields", "body", "wanted"),
    [
        (("Content-Type: text/plain",), PLACE, 404),
        (("Content-Type: application/json",), "{", 400),
        (("Content-Type: application/json",), "[" * 9000, 400),
        (("Content-Type: application/json",), "{}", 404),
        (("Content-Type: application/json",), '{"path": "secret.txt", "line": 1, "column": 1}', 404),
        (("Content-Type: application/json",), '{"path": "../secret.txt", "line": 1, "column": 1}', 404),
        (("Content-Type: application/json",), '{"path": "/etc/passwd", "line": 1, "column": 1}', 404),
        (("Content-Type: application/json",), '{"path": "chapters/link.md", "line": 1, "column": 1}', 404),
        (("Content-Type: application/json",), '{"path": ["chapters/01-one.md"], "line": 1, "column": 1}', 404),
        (("Content-Type: application/json",), '{"path": "chapters/01-one.md", "line": "1; true", "column": 1}', 404),
        (("Content-Type: application/json", "Content-Length: 99999"), PLACE, 413),
        (("Content-Type: application/json", "Content-Length: -1"), PLACE, 400),
        (("Content-Type: application/json", "Transfer-Encoding: chunked"), PLACE, 411),
    ],
)
def test_only_files_of_the_report_are_opened(session: Session, fields: tuple[str, ...], body: str, wanted: int) -> None:
    (session.root / "chapters" / "link.md").symlink_to(session.root / "secret.txt")
    session.shown.change({"files": ["chapters/01-one.md", "chapters/link.md"]})
    origin = f"Origin: http://127.0.0.1:{session.server.port}"
    assert status(ask(session, "/open", origin, *fields, method="POST", body=body)) == wanted
    assert status(ask(session, "/")) == 200, "and it goes on"


def test_the_editor_is_given_file_line_and_column(session: Session, tmp_path: Path) -> None:
    session.shown.change({"files": ["chapters/01-one.md"]})
    origin = f"Origin: http://127.0.0.1:{session.server.port}"
    reply = ask(session, "/open", origin, "Content-Type: application/json", method="POST", body=PLACE)
    assert json.loads(reply.partition(b"\r\n\r\n")[2]) == {"said": "chapters/01-one.md:3"}
    wanted = repr([str(session.root / "chapters/01-one.md"), "3", "5"])
    assert _written(tmp_path / "editor.log", wanted) == wanted


def _written(path: Path, wanted: str) -> str:
    """What is in a file, once it is what is wanted, or after a while."""
    for _ in range(100):
        if path.exists() and path.read_text() == wanted:
            break
        time.sleep(0.05)
    return path.read_text()


@pytest.mark.parametrize(
    "target",
    [
        "/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "//etc/passwd", "/@fs/etc/passwd", "/secret.txt",
        "/secret.txt?raw??", "/etc/passwd?import&raw??inline", "/chapters/01-one.md", "/report.yml", "/preview.js/",
        "/preview.html", "/preview.js?x", "/./preview.js", "/page/../secret.txt", "/page/", f"/page/{'0' * 40}/100",
        f"/page/{'0' * 40}/99999", f"/page/{'0' * 39}/100", "/search", "/search?q=", "/events/", "/favicon.ico",
        "/preview.css%00", "/\\..\\secret.txt", "/edition/../secret.txt",
    ],
)  # fmt: skip
def test_nothing_but_the_table_is_served(session: Session, target: str) -> None:
    reply = ask(session, target)
    assert status(reply) == 404
    assert b"SECRET" not in reply
    assert b"root:" not in reply


@pytest.mark.parametrize(
    ("sent", "wanted"),
    [
        (b"GET http://127.0.0.1/ HTTP/1.1\r\n\r\n", 400),
        (b"CONNECT example.org:443 HTTP/1.1\r\n\r\n", 400),
        (b"OPTIONS * HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.0\r\n\r\n", 400),
        (b"GET /\r\n\r\n", 400),
        (b"GET / HTTP/2\r\n\r\n", 400),
        (b"GET  / HTTP/1.1\r\n\r\n", 400),
        (b"GET /\0 HTTP/1.1\r\n\r\n", 400),
        (b"GET /\xff HTTP/1.1\r\n\r\n", 400),
        (b"get / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n folded: a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n", 400),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 9000 + b"\r\n\r\n", 431),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n", 431),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"\r\n\r\n", 400),
    ],
)
def test_what_is_no_request_is_refused(session: Session, sent: bytes, wanted: int) -> None:
    assert status(answered(session.server.port, sent)) == wanted
    assert status(ask(session, "/")) == 200, "and it goes on"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
def test_other_methods_are_refused(session: Session, method: str) -> None:
    reply = ask(session, "/", method=method)
    assert status(reply) == 405
    assert b"Access-Control" not in reply


def test_every_reply_is_protected(session: Session) -> None:
    for reply in (
        ask(session, "/"),
        ask(session, "/preview.js"),
        ask(session, "/nothing"),
        ask(session, "/", cookie=False),
        ask(session, "/", "Host: example.org"),
        ask(session, "/events"),
        ask(session, session.gate.entrance),
        answered(session.server.port, b"nonsense\r\n\r\n"),
    ):
        head = reply.partition(b"\r\n\r\n")[0].decode().lower()
        for field in (
            "x-content-type-options: nosniff",
            "cross-origin-resource-policy: same-origin",
            "cross-origin-opener-policy: same-origin",
            "referrer-policy: no-referrer",
            "cache-control: no-store",
            "content-security-policy: default-src 'none'",
        ):
            assert field in head
        assert "server:" not in head


def test_the_page_runs_its_own_script_alone(session: Session) -> None:
    replies = [ask(session, "/").decode() for _ in range(2)]
    nonces = [re.search(r"script-src 'nonce-([\w-]{22})'; style-src 'nonce-\1';", reply)[1] for reply in replies]  # type: ignore[index]
    assert nonces[0] != nonces[1]
    for reply, nonce in zip(replies, nonces, strict=True):
        assert re.findall(r"<(?:script|link rel=\"stylesheet\")[^>]*nonce=\"([^\"]*)\"", reply) == [nonce, nonce]
        assert "frame-ancestors 'none'" in reply
        assert 'sandbox="allow-same-origin"' in reply, "the edition's frame runs nothing"


def test_head_has_no_body(session: Session) -> None:
    head, _, body = ask(session, "/preview.js", method="HEAD").partition(b"\r\n\r\n")
    assert status(head) == 200
    assert body == b""


def test_requests_follow_on_one_connection(session: Session) -> None:
    both = request(session, "/preview.css", "Connection: keep-alive") + request(session, "/preview.js")
    found = answered(session.server.port, both)
    assert found.count(b"HTTP/1.1 200 OK") == 2


def test_many_and_silent_clients_keep_nobody_out_for_long(session: Session) -> None:
    waiting = [socket.create_connection(("127.0.0.1", session.server.port), timeout=5) for _ in range(64)]
    for channel in waiting[:32]:
        channel.sendall(b"GET / HTTP/1.1\r\nHost: ")
    time.sleep(0.3)
    assert status(ask(session, "/")) == 503
    for channel in waiting:
        channel.close()
    time.sleep(0.3)
    assert status(ask(session, "/")) == 200


def test_a_slow_request_is_given_up(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("report.preview.http.HEAD_SECONDS", 0.3)
    with socket.create_connection(("127.0.0.1", session.server.port), timeout=5) as channel:
        for _ in range(2):
            channel.sendall(b"G")
            time.sleep(0.1)
        assert status(channel.recv(1000)) == 408


def test_it_listens_on_this_machine_alone(session: Session) -> None:
    others = {found[4][0] for found in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1"}
    for address in ("127.0.0.2", *others):
        with pytest.raises(OSError, match=r".*"):
            socket.create_connection((address, session.server.port), timeout=1).close()


def test_closing_ends_streams_and_gives_the_port_back(tmp_path: Path) -> None:
    made = Request(project(tmp_path), "text", False, (), (), (), ("pdf",), USUAL)
    with Session(made, Editor(), 0) as session:
        stream = socket.create_connection(("127.0.0.1", session.server.port), timeout=5)
        stream.sendall(request(session, "/events"))
        assert status(stream.recv(65536)) == 200
        port = session.server.port
    stream.settimeout(5)
    while stream.recv(65536):
        pass
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)
    with Session(made, Editor(), port):
        pass


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("code", ("code", "-g", "{file}:{line}:{column}")),
        ("code --wait", ("code", "-g", "{file}:{line}:{column}")),
        ("/opt/My\\ Apps/cursor", ("/opt/My Apps/cursor", "-g", "{file}:{line}:{column}")),
        ("zed", ("zed", "{file}:{line}:{column}")),
        ("subl -n -w", ("subl", "-n", "{file}:{line}:{column}")),
        ("emacs", ("emacsclient", "-n", "+{line}:{column}", "{file}")),
        ("emacsclient -c", ("emacsclient", "-c", "-n", "+{line}:{column}", "{file}")),
        ("gvim", ("gvim", "--remote-silent", "+{line}", "{file}")),
        ("my-editor --at {line} -- {file}", ("my-editor", "--at", "{line}", "--", "{file}")),
        ("unknown", ("unknown", "{file}")),
    ],
)
def test_editors_are_known_by_name(given: str, wanted: tuple[str, ...]) -> None:
    assert editor(given, {"VISUAL": "nano"}) == Editor(wanted)


@pytest.mark.parametrize("given", ["", "nano", "vi", "hx", "emacs -nw", "code 'unclosed"])
def test_no_editor_is_said(given: str) -> None:
    assert editor(given, {}).problem


def test_the_environment_names_an_editor() -> None:
    assert editor("", {"REPORT_EDITOR": "zed", "EDITOR": "vi"}).command[0] == "zed"
    assert editor("", {"VISUAL": "code -w", "EDITOR": "vi"}).command[0] == "code"


def test_a_name_of_a_file_is_no_command(tmp_path: Path) -> None:
    log, odd = tmp_path / "log", tmp_path / "{line}; touch gone $(id) `id` .md"
    assert editor(f"{EDITOR} {log} {{file}}", {}).open(odd, 1, 1) == ""
    assert _written(log, repr([str(odd)])) == repr([str(odd)])
    assert "is not installed" in editor("there-is-no-such-editor", {}).open(odd, 1, 1)


posix = pytest.mark.skipif(os.name != "posix", reason="signals and processes of POSIX")


def begun(root: Path, *options: str, home: Path) -> tuple[subprocess.Popen[str], str]:
    """A preview as a process, and the address that it prints."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(home), "TMPDIR": str(home)}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "report", "preview", str(root), "--no-open", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def news(address: str) -> Iterator[dict[str, object]]:
    """The states that a page is told of, for some minutes."""
    end = time.monotonic() + 300
    port = int(address.split(":")[2].partition("/")[0])
    host = f"Host: 127.0.0.1:{port}\r\n"
    token = address.partition("/?")[2]
    entered = answered(port, f"GET /?{token} HTTP/1.1\r\n{host}\r\n".encode()).decode()
    cookie = re.search(r"Set-Cookie: ([^;]*)", entered)[1]  # type: ignore[index]
    with socket.create_connection(("127.0.0.1", port), timeout=120) as channel:
        channel.sendall(f"GET /events HTTP/1.1\r\n{host}Cookie: {cookie}\r\n\r\n".encode())
        for line in channel.makefile("r", encoding="utf-8"):
            if line.startswith("data: "):
                yield json.loads(line[6:])
            assert time.monotonic() < end, "what was waited for has not come"


def until(states: Iterator[dict[str, object]], phase: str, after: dict[str, object] | None = None) -> dict[str, object]:
    """The first state of that phase, of a build after another."""
    build = after["build"] if after else 0
    return next(state for state in states if state["phase"] == phase and state.get("build", 0) > build)  # type: ignore[operator]


def children(process: int) -> list[int]:
    """The processes in sessions that a process began, and it: all that could be left behind."""
    found = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout.split("\n")
    pairs = [tuple(map(int, line.split())) for line in found if line.strip()]
    own = {process}
    for _ in range(5):
        own |= {pid for pid, parent in pairs if parent in own}
    return sorted(own)


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_behind(tmp_path: Path, number: signal.Signals) -> None:
    home = tmp_path / "home"
    home.mkdir()
    process, address = begun(project(tmp_path / "project"), home=home)
    until(news(address), "built")
    own = children(process.pid)
    assert len(own) >= 4, "server, builder, its source of processes, a worker"
    process.send_signal(number)
    assert process.wait(20) == (0 if number != signal.SIGKILL else -9)
    for _ in range(100):
        alive = [pid for pid in own if Path(f"/proc/{pid}").exists()]
        if not alive:
            break
        time.sleep(0.1)
    assert alive == []
    if number != signal.SIGKILL:
        assert [path.name for path in home.iterdir()] == ["report"], "the cache alone"
    assert not (tmp_path / "project" / "out").exists(), "results are for report build"


@posix
def test_a_hanging_chapter_is_ended_and_mended(tmp_path: Path) -> None:
    root = project(tmp_path / "project", "# One\n\n{% for a in range(9) %}{{ a }}{% endfor %}\n")
    chapter = root / "chapters" / "01-one.md"
    process, address = begun(root, "--limit", "cpu=10", home=tmp_path)
    try:
        states = news(address)
        good = until(states, "built")
        table = "".join(f"| {'x' * 40} | {'y' * 40} |\n" for _ in range(40_000))
        chapter.write_text(f"# One\n\n| a | b |\n|---|---|\n{table}")
        broken = until(states, "broken", good)
        assert [one["code"] for one in broken["diagnostics"]] == ["limit-cpu"]  # type: ignore[attr-defined, index]
        assert broken["pages"] == good["pages"], "the last good pages stay"
        chapter.write_text(TEXT)
        assert until(states, "built", broken)["errors"] == 0
    finally:
        process.terminate()
        process.wait(20)


@posix
def test_a_stopped_machine_goes_on(tmp_path: Path) -> None:
    root = project(tmp_path / "project")
    process, address = begun(root, "--limit", "wall=30", home=tmp_path)
    try:
        states = news(address)
        first = until(states, "built")
        process.send_signal(signal.SIGSTOP)
        (root / "chapters" / "01-one.md").write_text(TEXT.replace("first", "very first"))
        time.sleep(1)
        process.send_signal(signal.SIGCONT)
        assert until(states, "built", first)["changed"] is not None
    finally:
        process.terminate()
        process.wait(20)


@posix
def test_it_goes_on_whatever_is_saved(tmp_path: Path) -> None:
    root = project(tmp_path / "project")
    chapter, settings = root / "chapters" / "01-one.md", root / "report.yml"
    process, address = begun(root, home=tmp_path)
    try:
        states = news(address)
        last = first = until(states, "built")

        def next_one(phase: str) -> dict[str, object]:
            nonlocal last
            last = until(states, phase, last)
            return last

        def saved(path: Path, text: str, phase: str) -> dict[str, object]:
            path.write_text(text)
            return next_one(phase)

        broken = saved(settings, BASE + "titel: x\n", "broken")
        assert [one["code"] for one in broken["diagnostics"]] == ["metadata-unknown-key"]  # type: ignore[attr-defined, index]
        assert broken["pages"] == first["pages"]
        assert saved(settings, "title: {{\n", "broken")["errors"]
        assert saved(settings, BASE, "built")["pages"] == first["pages"]
        wrong = saved(chapter, TEXT + "\nSo it is.[@nobody]\n", "broken")
        problem = next(one for one in wrong["diagnostics"] if one["severity"] == "error")  # type: ignore[attr-defined]
        assert (problem["code"], problem["path"], problem["line"]) == ("cite-unknown", "chapters/01-one.md", 7)
        assert "^^^" in problem["snippet"]
        assert saved(chapter, "", "built")["pages"] != first["pages"]
        assert saved(chapter, TEXT, "built")["pages"] == first["pages"]
        chapter.rename(chapter.with_name("02-other.md"))
        assert next_one("built")["pages"] == first["pages"]
        (root / "chapters" / "02-other.md").unlink()
        assert next_one("broken")["errors"]
        settings.unlink()
        assert "report.yml" in next_one("broken")["diagnostics"][0]["message"]  # type: ignore[index]
        chapter.write_text(TEXT)
        assert saved(settings, BASE, "built")["pages"] == first["pages"]
    finally:
        process.terminate()
        process.wait(20)


def test_a_folder_without_a_report_is_wrong_usage(tmp_path: Path) -> None:
    process, _ = begun(tmp_path, home=tmp_path)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "report new" in said
