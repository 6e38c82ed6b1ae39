"""One policy on every response, and nothing about the visitor beyond the outermost layer."""

import gzip
import io
import os

import pytest
from flask import Response, request

from crypto import request as signing
from portal.api.wire import done
from portal.headers import POLICY
from tests.portal.world import World, error_of

MUST = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
        "require-trusted-types-for 'script'; trusted-types candour"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NEVER = ("Server", "Set-Cookie", "ETag", "Last-Modified", "Link", "Refresh", "X-Powered-By", "Location")


def assert_policy(headers) -> None:
    for name, value in MUST.items():
        assert headers.getlist(name) == [value], name
    denied = headers.getlist("Permissions-Policy")
    assert len(denied) == 1
    assert "camera=()" in denied[0]
    assert "microphone=()" in denied[0]
    assert "geolocation=()" in denied[0]
    for name in NEVER:
        assert name not in headers, name


ANSWERS = [
    ("GET", "/", 200),
    ("HEAD", "/", 200),
    ("GET", "/assets/a.css", 200),
    ("GET", "/assets/none.css", 404),
    ("GET", "/directory", 200),
    ("GET", "/board", 200),
    ("GET", "/beacon", 200),
    ("GET", "/nowhere", 404),
    ("GET", "/cells", 404),
    ("GET", "//", 404),
    ("GET", "/directory/", 404),
    ("GET", "/?a=1", 400),
    ("GET", "/beacon?", 200),
    ("GET", "/periods", 401),
    ("POST", "/", 405),
    ("OPTIONS", "/", 405),
    ("OPTIONS", "/cells/00", 405),
    ("DELETE", "/cells/00", 405),
    ("GET", "/cells/" + "0" * 32, 405),
    ("TRACE", "/", 405),
    ("PUT", "/cells/00", 400),
    ("PUT", "/cells/" + "0" * 32, 413),
    ("POST", "/writer", 413),
    ("POST", "/board/0", 413),
    ("POST", "/statements", 413),
]


@pytest.fixture
def site(world: World) -> World:
    """A world with a small site."""
    (world.settings.site / "assets").mkdir(parents=True)
    (world.settings.site / "index.html").write_text("<!doctype html><title>t</title>")
    (world.settings.site / "assets" / "a.css").write_text("body{}")
    return world


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS, ids=[f"{m} {p}" for m, p, _ in ANSWERS])
def test_every_answer_has_the_policy(site: World, method: str, path: str, status: int) -> None:
    answer = site.client.open(path, method=method)
    assert answer.status_code == status
    assert_policy(answer.headers)
    if status >= 400:
        assert answer.content_type == "application/json"
        assert error_of(answer)[0] == status


def test_the_policy_is_byte_for_byte_the_same(site: World) -> None:
    seen = set()
    for method, path, _ in ANSWERS:
        headers = site.client.open(path, method=method).headers
        seen.add(tuple((name, value) for name, value in headers if name in dict(POLICY)))
    assert seen == {POLICY}


def test_no_route_can_weaken_the_policy_or_mark_a_visitor(world: World) -> None:
    @world.app.get("/weak")
    def weak() -> Response:
        answer = Response("x")
        answer.set_cookie("who", "me")
        answer.set_etag("visit-1")
        answer.headers["Content-Security-Policy"] = "default-src *"
        answer.headers["Cache-Control"] = "public"
        answer.headers["Server"] = "banner"
        answer.headers["Last-Modified"] = "Sun, 01 Jan 2023 00:00:00 GMT"
        answer.headers["Link"] = "</a>; rel=preload"
        return answer

    assert_policy(world.client.get("/weak").headers)


def test_a_fault_has_the_policy_and_tells_nothing(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    @world.app.get("/fault/<path:rest>")
    def fault(rest: str) -> Response:
        raise ValueError(f"secret {rest} {request.environ}")

    world.app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = world.client.get("/fault/who-am-i", headers={"X-Secret": "a name"})
    assert error_of(answer) == (500, "broken")
    assert_policy(answer.headers)
    printed = "".join(capfd.readouterr())
    assert "fault: ValueError at test_policy.py:" in printed
    for told in ("secret", "who-am-i", "a name", "/fault", "127.0.0.1", "Traceback"):
        assert told not in printed
        assert told.encode() not in answer.data


def test_a_fault_outside_the_framework_has_the_policy(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    from portal.headers import protect

    def broken(_environ, _start):
        raise RuntimeError("secret")

    world.app.wsgi_app = protect(broken)  # type: ignore[assignment,method-assign]
    answer = world.client.get("/")
    assert error_of(answer) == (500, "broken")
    assert_policy(answer.headers)
    assert "secret" not in "".join(capfd.readouterr())


def test_what_tells_who_asks_never_reaches_the_application(world: World) -> None:
    seen: dict[str, object] = {}

    @world.app.get("/look")
    def look():
        seen.update(request.environ)
        return done()

    world.client.get(
        "/look",
        headers={
            "User-Agent": "agent-x", "Cookie": "a=cookie-x", "Referer": "http://referrer-x", "Via": "via-x",
            "Accept-Language": "lang-x", "X-Forwarded-For": "192.0.2.7", "Forwarded": "for=192.0.2.7",
            "X-Real-Ip": "192.0.2.7",
        },
        environ_overrides={"REMOTE_ADDR": "198.51.100.9", "REMOTE_PORT": "4711", "PROXY_ADDR": "198.51.100.9"},
    )  # fmt: skip
    text = repr({k: v for k, v in seen.items() if not k.startswith("werkzeug.") and k != "flask.app"})
    for told in ("agent-x", "cookie-x", "referrer-x", "lang-x", "192.0.2.7", "198.51.100.9", "4711", "via-x"):
        assert told not in text


def test_a_query_is_refused_everywhere(site: World) -> None:
    for path in ("/", "/directory", "/board", "/beacon", "/assets/a.css", "/nowhere"):
        assert error_of(site.client.get(path + "?x")) == (400, "malformed")
    data = os.urandom(4096)
    assert error_of(site.client.put("/cells/" + "0" * 32 + "?x=1", data=data)) == (400, "malformed")
    assert error_of(site.client.get("/", environ_overrides={"RAW_URI": "/?"})) == (400, "malformed")


def test_the_site_is_the_same_for_everyone_and_cannot_be_left(site: World) -> None:
    (site.settings.site / "secret.txt").write_text("secret")
    (site.settings.site / "assets" / ".hidden.css").write_text("secret")
    (site.settings.site / "assets" / "odd.exe").write_text("secret")
    assert site.client.get("/").data == b"<!doctype html><title>t</title>"
    for name in ("..%2fsecret.txt", "../secret.txt", "%2e%2e/secret.txt", ".hidden.css", "odd.exe", "", "a.css/"):
        assert site.client.get(f"/assets/{name}").status_code == 404
    packed = site.client.get("/", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == site.client.get("/").data


def test_a_new_publication_is_served_without_a_restart(site: World) -> None:
    assert b"<title>t" in site.client.get("/").data
    fresh = site.settings.site / "new"
    fresh.write_text("<!doctype html><title>u</title>")
    fresh.replace(site.settings.site / "index.html")
    assert b"<title>u" in site.client.get("/").data


def test_an_oversized_body_is_not_read(world: World) -> None:
    class Stream(io.BytesIO):
        def read(self, *_given):
            raise AssertionError("read")

    announced = {"CONTENT_LENGTH": str(10**9), "wsgi.input_terminated": True}
    for path in ("/cells/" + "0" * 32, "/chunks/" + "0" * 32):
        answer = world.client.put(path, input_stream=Stream(), environ_overrides=announced)
        assert error_of(answer) == (413, "size")
    now, seed, nonce = int(world.clock.now), os.urandom(32), os.urandom(16)
    headers = signing.sign("POST", "portal.example", "/board/0", b"", seed, now, nonce)
    for path in ("/board/0", "/statements", "/writer"):
        answer = world.client.post(path, input_stream=Stream(), headers=headers, environ_overrides=announced)
        assert error_of(answer) == (413, "size")
