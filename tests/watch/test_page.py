"""The status page by its requests: who may ask for what, and which bytes they get."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import http_ask
import pytest
from aiohttp import ClientSession, web
from comfyui_glmtts.documents.findings import UnfitError
from comfyui_glmtts.http_server.access import Access
from comfyui_glmtts.watch.page.context import PageContext
from comfyui_glmtts.watch.page.dropping import checked_name
from comfyui_glmtts.watch.page.routes import routes
from comfyui_glmtts.watch.service import Service
from comfyui_glmtts.watch.settings.settings import Settings
from http_ask import Answer
from watch_command import BROKEN, GOOD, QUICK, Watch

TOKEN = "a-token-of-some-length"


def ask(watch: Watch, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
    """One request, its path and its Host sent as they are given; `_` in header names is `-`."""
    return http_ask.ask(watch.url, path, method, body, **headers)


def page_token(watch: Watch, **headers: str) -> str:
    page = ask(watch, "/", **headers).body.decode()
    found = re.search(r'name="page" content="([0-9a-f]{32})"', page)
    assert found
    return found[1]


def post(watch: Watch, path: str, body: bytes = b"", **headers: str) -> Answer:
    """A change as our own page asks for it."""
    return ask(watch, path, "POST", body, X_Glmtts_Page=page_token(watch), **headers)


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    """A service with one finished script, number 1, and one that failed."""
    watch = Watch(tmp_path_factory.mktemp("watch"), "--status", "127.0.0.1:0")
    watch.drop("早安.yaml", GOOD)
    assert watch.ended("done", "早安.yaml")["id"] == 1
    watch.drop("broken.yaml", BROKEN)
    watch.ended("failed", "broken.yaml")
    yield watch
    assert watch.stop() == 0


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    """A service that asks for a token."""
    home = tmp_path_factory.mktemp("guarded")
    watch = Watch(home, "--status", "127.0.0.1:0", GLMTTS_WATCH_TOKEN=TOKEN)
    yield watch
    assert watch.stop() == 0


def sound(watch: Watch) -> str:
    return f"/jobs/1/files/{quote('早安.mp3')}"


# --- what there is to see


def test_strangers_who_only_connect_starve_neither_page_nor_folder(tmp_path: Path) -> None:
    """A thousand half-sent requests; only 256 descriptors; answers and jobs go on."""
    token = {"GLMTTS_WATCH_TOKEN": TOKEN}
    few = ["sh", "-c", 'ulimit -n 256; exec "$@"', "sh"]
    watch = Watch(tmp_path, "--status", "127.0.0.1:0", before=few, **token)
    address = urlsplit(watch.url)
    strangers = []
    try:
        for number in range(1000):
            stranger = socket.create_connection((address.hostname, address.port), timeout=20)
            stranger.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: " if number % 2 else b"")
            strangers.append(stranger)
        assert ask(watch, "/health").status == 200
        for number in range(3):
            watch.drop(f"{number}.yaml", GOOD.replace("星期一", f"星期{number}"))
        watch.until(lambda: len(list((watch.inbox / "done").glob("*.yaml"))) == 3)
        known = ask(watch, "/status.json", Authorization=f"Bearer {TOKEN}")
        assert known.json["counts"]["done"] == 3  # type: ignore[index]
        last = strangers[-1]
        last.settimeout(20)
        assert last.recv(1) == b""  # its time is over
    finally:
        for stranger in strangers:
            stranger.close()
    assert watch.stop() == 0
    assert watch.log.stat().st_size < 20_000


def test_who_does_not_take_the_answer_is_cut_off(tmp_path: Path) -> None:
    watch = Watch(tmp_path, "--status", "127.0.0.1:0")
    address = urlsplit(watch.url)
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        slow.connect((address.hostname, address.port))
        request = b"GET /assets/page.js HTTP/1.1\r\nHost: %b\r\n\r\n" % address.netloc.encode()
        slow.sendall(request * 100)
        watch.until(lambda: is_cut_off(slow))
    assert watch.stop() == 0


def is_cut_off(stranger: socket.socket) -> bool:
    """Whether the other end of a connection whose answers nobody reads is gone."""
    try:
        stranger.send(b"\r\n")
    except ConnectionError:
        return True
    return False


def test_hooks_that_hang_keep_nobody_from_page_and_health(tmp_path: Path) -> None:
    hooks = [{"on": "done", "run": ["sleep", "600"], "timeout": "60s"}] * 16
    settings = f"{QUICK}hooks: {json.dumps(hooks)}\n"
    watch = Watch(tmp_path, "--status", "127.0.0.1:0", settings=settings)
    watch.drop("a.yaml", GOOD)
    watch.ended("done", "a.yaml")
    watch.until(lambda: watch.children("sleep") == 16)
    begun = time.monotonic()
    assert ask(watch, "/health").status == 200
    assert ask(watch, "/status.json").json["hooks"] == {
        "waiting": 16, "delivered": 0, "given up": 0,
    }  # fmt: skip
    assert time.monotonic() - begun < 2
    watch.drop("b.yaml", GOOD.replace("早上好", "晚上好"))
    watch.ended("done", "b.yaml")
    assert watch.stop() == 0
    assert watch.children("sleep") == 0


def test_the_status_tells_of_every_job(watch: Watch) -> None:
    found = ask(watch, "/status.json").json
    assert found["counts"] == {"queued": 0, "running": 0, "publishing": 0, "done": 1, "failed": 1}
    assert [job["name"] for job in found["done"]] == ["早安.yaml"]
    (failed,) = found["failed"]
    (problem,) = failed["problems"]
    assert problem.pop("zh").keys() == {"what", "remedy"}
    assert problem == {
        "place": "broken.yaml:4:5",
        "line": 4,
        "what": 'Unknown speaker "Anne".',
        "remedy": 'Did you mean "Ann"?',
    }


def test_whoever_has_the_status_already_is_told_so(watch: Watch) -> None:
    tag = ask(watch, "/assets/page.js").headers["ETag"]
    assert ask(watch, "/assets/page.js", If_None_Match=tag).status == 304


def test_a_job_lists_what_was_made_and_what_is_said_when(watch: Watch) -> None:
    job = ask(watch, "/jobs/1").json
    assert job["title"] == "早安"
    assert [line["text"] for line in job["spoken"]] == ["早上好。", "今天是星期一。"]
    assert {file["name"] for file in job["files"]} >= {"早安.mp3", "早安.srt", "早安.png"}


def test_prometheus_finds_its_numbers(watch: Watch) -> None:
    answer = ask(watch, "/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = answer.body.decode().splitlines()
    assert 'glmtts_watch_jobs{state="done"} 1' in lines
    assert "glmtts_watch_up 1" in lines
    pattern = re.compile(r"(# (HELP|TYPE) \w+ .+|[a-z_]+(\{\w+=\"[\w ]+\"\})? -?[\d.e+]+)")
    assert all(pattern.fullmatch(line) for line in lines)


@pytest.mark.parametrize(
    ("wish", "language"),
    [("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("en-GB,zh;q=0.5", "en"), ("fr, zh", "zh"), ("", "en")],
)
def test_the_page_speaks_the_readers_language(wish: str, language: str, watch: Watch) -> None:
    page = ask(watch, "/", Accept_Language=wish).body.decode()
    assert f'<html lang="{language}">' in page


@pytest.mark.parametrize(
    "path", ["/", "/status.json", "/jobs/1", "/jobs/77", "/health", "/assets/x"]
)
def test_every_answer_is_strict_about_its_page(path: str, watch: Watch) -> None:
    headers = ask(watch, path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in headers["Content-Security-Policy"]


# --- files


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("", 200, slice(None)),
        ("bytes=0-99", 206, slice(0, 100)),
        ("bytes=100-", 206, slice(100, None)),
        ("bytes=-7", 206, slice(-7, None)),
        ("bytes=5-999999999", 206, slice(5, None)),
        ("bytes=0-1,5-6", 200, slice(None)),
        ("bytes=9-5", 200, slice(None)),
        ("lines=1-2", 200, slice(None)),
        ("bytes=-", 200, slice(None)),
    ],
)
def test_a_player_gets_the_bytes_it_asks_for(
    asked: str, status: int, part: slice, watch: Watch
) -> None:
    whole = (watch.inbox / "out" / "早安" / "早安.mp3").read_bytes()
    answer = ask(watch, sound(watch), Range=asked)
    assert answer.status == status
    assert answer.body == whole[part]
    assert answer.headers["Content-Type"] == "audio/mpeg"
    assert answer.headers["Accept-Ranges"] == "bytes"
    if status == 206:
        first = part.indices(len(whole))[0]
        wanted = f"bytes {first}-{first + len(answer.body) - 1}/{len(whole)}"
        assert answer.headers["Content-Range"] == wanted


def test_a_range_behind_the_end_is_refused(watch: Watch) -> None:
    size = (watch.inbox / "out" / "早安" / "早安.mp3").stat().st_size
    answer = ask(watch, sound(watch), Range=f"bytes={size}-")
    assert answer.status == 416
    assert answer.headers["Content-Range"] == f"bytes */{size}"


def test_a_range_of_a_file_that_has_changed_gets_all_of_it(watch: Watch) -> None:
    tag = ask(watch, sound(watch)).headers["ETag"]
    assert ask(watch, sound(watch), Range="bytes=0-1", If_Range=tag).status == 206
    assert ask(watch, sound(watch), Range="bytes=0-1", If_Range='"old"').status == 200


def test_a_head_has_no_body(watch: Watch) -> None:
    answer = ask(watch, sound(watch), "HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert int(answer.headers["Content-Length"]) > 1000


def test_what_is_no_sound_or_picture_is_saved_and_not_shown(watch: Watch) -> None:
    name = quote("早安.transcript.json")
    disposition = ask(watch, f"/jobs/1/files/{name}").headers["Content-Disposition"]
    assert disposition == f"attachment; filename*=UTF-8''{name}"


@pytest.mark.parametrize(
    "name",
    [
        "../../done/" + quote("早安.yaml"),
        "..%2f..%2fdone%2f" + quote("早安.yaml"),
        "%2e%2e/%2e%2e/done/" + quote("早安.yaml"),
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "..%5c..%5cdone",
        "manifest.json",
        "secret.txt",
        quote("早安.mp3") + "/",
        quote("早安.mp3") + "%00",
        "./" + quote("早安.mp3"),
        "",
    ],
)
def test_only_files_of_the_manifest_are_sent(name: str, watch: Watch) -> None:
    (watch.inbox / "out" / "早安" / "secret.txt").write_text("secret")
    assert ask(watch, f"/jobs/1/files/{name}").status == 404


@pytest.mark.parametrize("kind", ["symlink", "hard link", "folder", "pipe"])
def test_a_listed_name_that_leads_elsewhere_now_is_not_followed(kind: str, watch: Watch) -> None:
    file = watch.inbox / "out" / "早安" / "早安.vtt"
    kept, secret = file.read_bytes(), watch.inbox.parent / "secret"
    secret.write_text("secret")
    file.unlink()
    if kind == "symlink":
        file.symlink_to(secret)
    elif kind == "hard link":
        file.hardlink_to(secret)
    elif kind == "folder":
        file.mkdir()
    else:
        os.mkfifo(file)
    try:
        assert ask(watch, f"/jobs/1/files/{quote('早安.vtt')}").status == 404
    finally:
        file.rmdir() if kind == "folder" else file.unlink()
        file.write_bytes(kept)


def test_a_manifest_that_was_swapped_lists_nothing(watch: Watch) -> None:
    manifest = watch.inbox / "out" / "早安" / "manifest.json"
    kept = manifest.read_bytes()
    manifest.write_text(json.dumps({"files": [{"name": "../../done/早安.yaml"}]}))
    try:
        assert ask(watch, "/jobs/1").json["files"] == []
        assert ask(watch, f"/jobs/1/files/../../done/{quote('早安.yaml')}").status == 404
        assert ask(watch, sound(watch)).status == 404
    finally:
        manifest.write_bytes(kept)


@pytest.mark.parametrize(
    "path",
    ["/assets/..%2froutes.py", "/assets/../routes.py", "/assets/index.html", "/assets/", "/../x"],
)
def test_only_our_own_assets_are_sent(path: str, watch: Watch) -> None:
    assert ask(watch, path).status == 404


# --- who may


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost"}, 200),
        ({"Host": "[::1]:80"}, 200),
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.nip.io"}, 403),
        ({"Host": "localhost.evil.example"}, 403),
        ({"Host": "0.0.0.0"}, 403),
        ({"Host": "x@127.0.0.1.example"}, 403),
        ({"Host": "[::1"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Sec_Fetch_Site": "same-origin"}, 200),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site"}, 403),
        ({"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"}, 403),
    ],
)
@pytest.mark.parametrize("path", ["/", "/status.json", "/jobs/1"])
def test_other_sites_learn_nothing(
    headers: dict[str, str], status: int, path: str, watch: Watch
) -> None:
    assert ask(watch, path, **headers).status == status


def test_a_request_to_nobody_is_refused(watch: Watch) -> None:
    assert ask(watch, "/status.json", Host="").status in {400, 403}  # the server's word, or ours


def test_a_link_on_another_site_leads_here(watch: Watch) -> None:
    assert ask(watch, "/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate").status == 200


@pytest.mark.parametrize("path", ["/jobs/2/retry", "/jobs/2/cancel", "/scripts?name=x.yaml"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X_Glmtts_Page": "0" * 32},
        {"X_Glmtts_Page": "é"},
        {"Authorization": f"Bearer {TOKEN}"},
    ],
    ids=["none", "wrong", "odd", "bearer"],
)
def test_nothing_changes_without_the_pages_own_token(
    headers: dict[str, str], path: str, watch: Watch
) -> None:
    before = ask(watch, "/status.json").json["counts"]
    assert ask(watch, path, "POST", b"x", **headers).status == 403
    assert ask(watch, "/status.json").json["counts"] == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"},
        {"Sec_Fetch_Site": "same-site"},
        {"Host": "evil.example"},
    ],
    ids=str,
)
def test_nothing_changes_for_another_site_even_with_the_pages_token(
    headers: dict[str, str], watch: Watch
) -> None:
    assert post(watch, "/scripts?name=x.yaml", b"x", **headers).status == 403
    assert not (watch.inbox / "x.yaml").exists()


def test_looking_changes_nothing(watch: Watch) -> None:
    for path in ("/jobs/2/retry", "/jobs/2/cancel", "/scripts?name=x.yaml"):
        assert ask(watch, path).status in {404, 405}


@pytest.mark.parametrize("path", ["/status.json", "/metrics", "/jobs/1", "/jobs/1/source"])
def test_with_a_token_nobody_looks_without_it(path: str, guarded: Watch) -> None:
    assert ask(guarded, path).status == 401
    assert ask(guarded, path, Authorization="Bearer wrong").status == 401
    assert ask(guarded, path, Authorization=f"Basic {TOKEN}").status == 401
    assert ask(guarded, path, Cookie="glmtts-watch=").status == 401
    assert ask(guarded, path, Authorization=f"Bearer {TOKEN}").status in {200, 404}


def test_a_person_gives_the_token_once_and_has_a_cookie(guarded: Watch) -> None:
    login = ask(guarded, "/")
    assert login.status == 401
    assert b'type="password"' in login.body
    wrong = ask(guarded, "/login", "POST", b"token=wrong")
    assert (wrong.status, wrong.headers["Location"]) == (303, "./?wrong")
    right = ask(guarded, "/login", "POST", f"token={TOKEN}".encode())
    cookie = right.headers["Set-Cookie"]
    assert right.status == 303
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert TOKEN not in cookie
    session = cookie.partition(";")[0]
    assert ask(guarded, "/status.json", Cookie=session).status == 200
    # The cookie alone changes nothing, and not at all for another site.
    assert ask(guarded, "/jobs/1/retry", "POST", Cookie=session).status == 403
    token = page_token(guarded, Cookie=session)
    changed = ask(guarded, "/jobs/1/retry", "POST", Cookie=session, X_Glmtts_Page=token)
    assert changed.status == 409
    assert ask(guarded, "/status.json", Cookie=session, Origin="http://evil.example").status == 403


def test_a_program_with_the_token_drops_a_script(guarded: Watch) -> None:
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    answer = ask(guarded, "/scripts?name=a.yaml", "POST", BROKEN.encode(), **bearer)
    assert (answer.status, answer.json) == (201, {"name": "a.yaml"})


def test_with_a_token_any_name_of_the_machine_will_do(guarded: Watch) -> None:
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert ask(guarded, "/status.json", Host="studio.lan", **bearer).status == 200


def test_health_is_for_everybody_and_says_nothing(guarded: Watch) -> None:
    answer = ask(guarded, "/health", Host="container")
    assert (answer.status, answer.body) == (200, b"ok\n")


# --- dropping, retrying, cancelling


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a.yaml", "a.yaml"),
        ("早安 1.txt", "早安 1.txt"),
        ("cafe\u0301.srt", "café.srt"),
        ("bell.WAV", "bell.WAV"),
        ("a.wav.yaml", "a.yaml"),
    ],
)
def test_a_dropped_name_is_kept(name: str, kept: str) -> None:
    assert checked_name(name) == kept


@pytest.mark.parametrize(
    "name",
    [
        "", "yaml", ".yaml", "../a.yaml", "a/b.yaml", "a\\b.yaml", "/etc/a.yaml", "c:a.yaml",
        "a\0.yaml", "a\nb.yaml", "con.yaml", "a.exe", "a.py", "a", "a.yaml.part", "~a.yaml",
        "x" * 300 + ".yaml", "a?.yaml", "thumbs.db", "a..yaml", "watch.sqlite", "a.desktop",
    ],
)  # fmt: skip
def test_a_dropped_name_that_is_unsafe_is_refused(name: str, watch: Watch) -> None:
    with pytest.raises(UnfitError):
        checked_name(name)
    before = sorted(watch.inbox.iterdir())
    answer = post(watch, f"/scripts?name={quote(name)}", b"x")
    assert answer.status == 422
    assert answer.json["what"]
    assert sorted(watch.inbox.iterdir()) == before


def test_a_recording_is_put_beside_the_scripts_and_never_replaced(watch: Watch) -> None:
    assert post(watch, "/scripts?name=bell.wav", b"one").status == 201
    assert post(watch, "/scripts?name=bell.wav", b"two").status == 409
    assert (watch.inbox / "bell.wav").read_bytes() == b"one"
    assert not list(watch.inbox.glob(".glmtts-*"))


def test_an_empty_file_and_one_that_is_too_large_are_refused(watch: Watch) -> None:
    assert post(watch, "/scripts?name=a.yaml", b"").status == 422
    assert post(watch, "/scripts?name=a.yaml", b"#" * (17 << 20)).status == 422
    assert not list(watch.inbox.glob(".glmtts-*"))


def test_an_upload_that_breaks_off_leaves_nothing(watch: Watch) -> None:
    address, token = urlsplit(watch.url), page_token(watch)
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(
            b"POST /scripts?name=torn.yaml HTTP/1.1\r\nHost: %b\r\nX-Glmtts-Page: %b\r\n"
            b"Content-Length: 1000\r\n\r\nglmtts: 1\n" % (address.netloc.encode(), token.encode())
        )
        watch.until(lambda: list(watch.inbox.glob(".glmtts-*.part")))
    watch.until(lambda: not list(watch.inbox.glob(".glmtts-*.part")))
    assert not (watch.inbox / "torn.yaml").exists()


def test_a_failed_script_is_read_corrected_and_sent_again(watch: Watch) -> None:
    watch.drop("again.yaml", BROKEN)
    failed = watch.ended("failed", "again.yaml")
    source = ask(watch, f"/jobs/{failed['id']}/source")
    assert source.body.decode() == BROKEN
    assert source.headers["Content-Type"].startswith("text/plain")
    fixed = BROKEN.replace("Anne", "Ann").encode()
    assert post(watch, "/scripts?name=again.yaml&urgent=1", fixed).status == 201
    done = watch.ended("done", "again.yaml")
    assert done["priority"] == "urgent"
    assert "again.yaml" not in [job["name"] for job in watch.status()["failed"]]


def test_retrying_takes_the_file_as_it_is_now(watch: Watch) -> None:
    watch.drop("retry.yaml", BROKEN)
    failed = watch.ended("failed", "retry.yaml")
    file = watch.inbox / "failed" / "retry.yaml"
    file.write_text(BROKEN.replace("Anne", "Ann"))
    assert post(watch, f"/jobs/{failed['id']}/retry").status == 200
    watch.ended("done", "retry.yaml")


def test_what_cannot_be_retried_or_cancelled_is_told(watch: Watch) -> None:
    for path in ("/jobs/1/retry", "/jobs/1/cancel", "/jobs/999999/retry", "/jobs/999999/cancel"):
        answer = post(watch, path)
        assert answer.status == 409
        assert answer.json["what"]
    assert ask(watch, "/jobs/999999").status == 404
    assert ask(watch, f"/jobs/{10**30}").status == 404


# --- under another application


def test_the_same_page_hangs_under_a_host_of_its_own(tmp_path: Path) -> None:
    from comfyui_glmtts.glmtts_runtime.preview.engine import PreviewEngine
    from comfyui_glmtts.glmtts_runtime.voices.library import VoiceLibrary
    from comfyui_glmtts.production.context import RenderContext
    from comfyui_glmtts.production.store import Store
    from comfyui_glmtts.watch.rendering.local import LocalRenderer

    (tmp_path / "inbox").mkdir()
    store = Store(tmp_path / "cache")
    context = RenderContext(engine=PreviewEngine(), library=VoiceLibrary([]), store=store)
    renderer = LocalRenderer(context)
    settings = Settings(inbox=tmp_path / "inbox", state=tmp_path / "state")
    service = Service(settings, renderer)
    service.start()

    async def look() -> dict[str, int]:
        app = web.Application()
        context = PageContext(service=service, engine=lambda: "preview")
        table = web.RouteTableDef()
        for route in routes(lambda: context, Access(None), "/glmtts/watch"):
            table.route(route.method, route.path)(route.handler)
        app.add_routes(table)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        found = {}
        base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with ClientSession() as session:
            for path in ("", "/", "/assets/page.js", "/status.json", "/health"):
                async with session.get(f"{base}/glmtts/watch{path}") as answer:
                    found[path] = answer.status
                    assert str(answer.url).startswith(f"{base}/glmtts/watch/")
            async with session.get(f"{base}/status.json") as answer:
                found["elsewhere"] = answer.status
        await runner.cleanup()
        return found

    try:
        found = asyncio.run(look())
    finally:
        service.stop()
    assert found.pop("elsewhere") == 404
    assert set(found.values()) == {200}
