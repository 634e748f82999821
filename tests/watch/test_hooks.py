"""Hooks: real programs and a real HTTP receiver are told of every end, in order."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from comfyui_glmtts.mistakes import Mistake, Place
from comfyui_glmtts.watch.hooks.delivery import MOST_ANSWER
from comfyui_glmtts.watch.hooks.messenger import Messenger
from comfyui_glmtts.watch.hooks.outbox import Delivery, Outbox
from comfyui_glmtts.watch.jobs.job import Job
from comfyui_glmtts.watch.settings.hook import Event, Hook, ProgramHook, WebHook

BOTH: frozenset[Event] = frozenset({"done", "failed"})
JOB = Job(
    id=7, name="早安.yaml", kind="script", content="c0ffee", size=9, arrived=1_700_000_000.25,
    state="done", ending="rendered", target="早安", finished=1_700_000_060.0, lines=3,
    synthesised=2, seconds=12.5,
)  # fmt: skip


class Receiver(ThreadingHTTPServer):
    """Answers with the given statuses in turn, then with the last, and keeps what it was sent."""

    def __init__(self, *statuses: int, answer: bytes = b"thanks") -> None:
        self.statuses, self.answer = list(statuses), answer
        self.got: list[tuple[dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        statuses = self.server.statuses
        status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
        if status == 0:
            time.sleep(3)
            status = 200
        self.send_response(status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receive() -> Iterator[Callable[..., Receiver]]:
    started: list[Receiver] = []

    def start(*statuses: int, answer: bytes = b"thanks") -> Receiver:
        started.append(Receiver(*statuses, answer=answer))
        return started[-1]

    yield start
    for receiver in started:
        receiver.shutdown()
        receiver.server_close()


def post(url: str, **more: object) -> WebHook:
    usual = WebHook(
        name="cms", on=BOTH, url=url, secret_file=None, secret_env=None, timeout=10, tries=4
    )
    return replace(usual, **more)


def program(folder: Path, code: str, **more: object) -> ProgramHook:
    usual = ProgramHook(
        name="tell",
        on=BOTH,
        argv=(sys.executable, "-c", code),
        folder=folder,
        timeout=20,
        tries=3,
    )
    return replace(usual, **more)


OPENED: list[Outbox] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()


def opened(folder: Path) -> Outbox:
    """The outbox of a folder; it is closed when the test ends."""
    OPENED.append(Outbox(folder / "hooks.sqlite"))
    return OPENED[-1]


def told(tmp_path: Path, hooks: list[Hook], *jobs: Job, wait: float = 0.01) -> Outbox:
    """An outbox in which every message for the hooks was delivered or given up."""
    outbox = opened(tmp_path)
    messenger = Messenger(outbox, lambda: hooks, first_wait=wait, look=0.02)
    for job in jobs:
        messenger.ended(job, tmp_path / "out")

    async def deliver_all() -> None:
        running = asyncio.create_task(messenger.run())
        while outbox.counts()["waiting"]:
            await asyncio.sleep(0.02)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(asyncio.wait_for(deliver_all(), 60))
    return outbox


def test_a_program_gets_json_and_variables_and_what_it_says_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "out" / "早安"
    folder.mkdir(parents=True)
    files = [{"name": "a.mp3", "sha256": "ab", "bytes": 3, "loudness": -16.0}]
    (folder / "manifest.json").write_text(json.dumps({"files": files}))
    code = (
        "import json, os, sys; got = json.load(sys.stdin);"
        "print('heard', got['name'], file=sys.stderr);"
        "json.dump([got, dict(os.environ), os.getcwd()], open('got.json', 'w'))"
    )
    outbox = told(tmp_path, [program(tmp_path, code)], JOB)
    got, environment, where = json.loads((tmp_path / "got.json").read_text())
    (delivery,) = outbox.latest()
    assert delivery.state == "delivered"
    assert delivery.answer == "heard 早安.yaml"
    assert (got["event"], got["ending"], got["name"], got["lines"]) == (
        "done",
        "rendered",
        "早安.yaml",
        3,
    )
    assert got["arrived"] == "2023-11-14T22:13:20+00:00"
    assert got["folder"] == str(folder)
    assert got["files"] == [{"name": "a.mp3", "sha256": "ab", "bytes": 3}]
    assert got["id"] == delivery.key == environment["GLMTTS_ID"]
    assert environment["GLMTTS_FOLDER"] == str(folder)
    assert Path(where) == tmp_path


def test_a_failure_is_told_with_what_to_do(tmp_path: Path) -> None:
    problem = Mistake(Place("a.yaml", 3, 5), "Unknown speaker.", "Add it.")
    failed = replace(JOB, state="failed", ending="invalid", problems=(problem,), target="")
    code = "import sys; open('got.json', 'w').write(sys.stdin.read())"
    told(tmp_path, [program(tmp_path, code)], failed)
    got = json.loads((tmp_path / "got.json").read_text())
    assert got["event"] == "failed"
    assert got["problems"] == [
        {"file": "a.yaml", "line": 3, "column": 5, "what": "Unknown speaker.", "remedy": "Add it."}
    ]


def test_words_of_a_command_are_seen_by_no_shell(tmp_path: Path) -> None:
    words = ("$HOME; touch owned", "`id`", "a b", "*")
    code = "import json, sys; json.dump(sys.argv[1:], open('got.json', 'w'))"
    told(tmp_path, [program(tmp_path, code, argv=(sys.executable, "-c", code, *words))], JOB)
    assert json.loads((tmp_path / "got.json").read_text()) == list(words)
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import sys; print('no'); sys.exit(3)", "exit code 3\nno"),
        ("import time; print('so', flush=True); time.sleep(60)", "no end within 1 s\nso"),
    ],
    ids=["failing", "hanging"],
)
def test_a_program_that_fails_is_tried_as_often_as_asked_and_then_given_up(
    code: str, said: str, tmp_path: Path
) -> None:
    outbox = told(tmp_path, [program(tmp_path, code, timeout=1, tries=2)], JOB)
    (delivery,) = outbox.latest()
    assert (delivery.state, delivery.tries, delivery.answer) == ("given up", 2, said)


def test_a_program_that_is_not_there_is_told_so(tmp_path: Path) -> None:
    outbox = told(tmp_path, [program(tmp_path, "", argv=("no-such-program",), tries=1)], JOB)
    assert outbox.latest()[0].answer.startswith("no-such-program: ")


def test_a_program_that_floods_and_never_reads_is_kept_short(tmp_path: Path) -> None:
    big = replace(JOB, problems=tuple(Mistake(Place("a"), "x" * 1000, "") for _ in range(500)))
    outbox = told(tmp_path, [program(tmp_path, "print('y' * 5_000_000)")], big)
    (delivery,) = outbox.latest()
    assert delivery.state == "delivered"
    assert delivery.answer == "y" * (MOST_ANSWER - 1)


def test_what_a_hanging_program_started_ends_with_it(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    outbox = told(tmp_path, [program(tmp_path, code, timeout=2, tries=1)], JOB)
    pid = int(outbox.latest()[0].answer.splitlines()[1])
    for _ in range(100):
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().split()[2] == "Z":
            return
        time.sleep(0.05)
    pytest.fail("the child lives on")


def test_what_a_program_left_running_ends_with_it(tmp_path: Path) -> None:
    child = f"import time; time.sleep(2); open({str(tmp_path / 'alive')!r}, 'w')"
    code = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {child!r}])"
    outbox = told(tmp_path, [program(tmp_path, code)], JOB)
    assert outbox.counts()["delivered"] == 1, outbox.latest()
    time.sleep(3)
    assert not (tmp_path / "alive").exists()


def test_a_program_does_not_get_the_token_of_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GLMTTS_WATCH_TOKEN", "a-token-of-some-length")
    outbox = told(tmp_path, [program(tmp_path, "import os; print(dict(os.environ))")], JOB)
    assert "GLMTTS_JOB" in outbox.latest()[0].answer
    assert "a-token-of-some-length" not in outbox.latest()[0].answer


def test_a_post_is_signed_so_that_its_receiver_can_tell(
    receive: Callable[..., Receiver], tmp_path: Path
) -> None:
    receiver = receive(200)
    (tmp_path / "key").write_text("s3cret\n")
    before = int(time.time())
    outbox = told(tmp_path, [post(receiver.url, secret_file=tmp_path / "key")], JOB)
    ((headers, body),) = receiver.got
    stamp, mac = (part.partition("=")[2] for part in headers["X-Glmtts-Signature"].split(","))
    wanted = hmac.new(b"s3cret", stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert mac == wanted
    assert before <= int(stamp) <= time.time()
    assert headers["Content-Type"] == "application/json"
    assert headers["Idempotency-Key"] == json.loads(body)["id"] == outbox.latest()[0].key


def test_a_secret_may_be_in_the_environment(
    receive: Callable[..., Receiver], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver = receive(200)
    monkeypatch.setenv("HOOK_KEY", "s3cret")
    told(tmp_path, [post(receiver.url, secret_env="HOOK_KEY")], JOB)
    ((headers, body),) = receiver.got
    stamp, mac = (part.partition("=")[2] for part in headers["X-Glmtts-Signature"].split(","))
    assert mac == hmac.new(b"s3cret", stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def test_nothing_is_sent_unsigned_when_the_secret_is_gone(
    receive: Callable[..., Receiver], tmp_path: Path
) -> None:
    receiver = receive(200)
    outbox = told(tmp_path, [post(receiver.url, secret_file=tmp_path / "gone", tries=1)], JOB)
    assert outbox.latest()[0].answer.startswith("the secret cannot be read")
    assert not receiver.got


def test_a_post_is_tried_until_it_is_taken(
    receive: Callable[..., Receiver], tmp_path: Path
) -> None:
    receiver = receive(500, 429, 200)
    outbox = told(tmp_path, [post(receiver.url)], JOB)
    (delivery,) = outbox.latest()
    assert (delivery.state, delivery.tries, delivery.answer) == ("delivered", 3, "thanks")
    assert len({headers["Idempotency-Key"] for headers, _ in receiver.got}) == 1
    assert len({body for _, body in receiver.got}) == 1


@pytest.mark.parametrize(
    ("status", "said"), [(302, "HTTP 302"), (404, "HTTP 404"), (0, "no answer within 1 s")]
)
def test_a_post_that_is_never_taken_is_given_up(
    status: int, said: str, receive: Callable[..., Receiver], tmp_path: Path
) -> None:
    receiver = receive(status)
    outbox = told(tmp_path, [post(receiver.url, tries=2, timeout=1)], JOB)
    (delivery,) = outbox.latest()
    assert delivery.state == "given up"
    assert delivery.answer.startswith(said)
    assert len(receiver.got) == 2


def test_a_receiver_that_is_away_is_tried_again_later(tmp_path: Path) -> None:
    outbox = told(tmp_path, [post("http://127.0.0.1:9/", tries=2)], JOB)
    assert "ClientConnectorError" in outbox.latest()[0].answer


def test_a_long_answer_is_cut_short(receive: Callable[..., Receiver], tmp_path: Path) -> None:
    outbox = told(tmp_path, [post(receive(200, answer=b"z" * 1_000_000).url)], JOB)
    assert outbox.latest()[0].answer == "z" * MOST_ANSWER


def test_an_end_told_twice_is_delivered_once(
    receive: Callable[..., Receiver], tmp_path: Path
) -> None:
    receiver = receive(200)
    told(tmp_path, [post(receiver.url)], JOB, JOB)
    told(tmp_path, [post(receiver.url)], JOB)
    assert len(receiver.got) == 1
    told(tmp_path, [post(receiver.url)], replace(JOB, arrived=JOB.arrived + 1))
    assert len(receiver.got) == 2


def test_only_the_hooks_of_that_end_are_told(
    receive: Callable[..., Receiver], tmp_path: Path
) -> None:
    done, failed = receive(200), receive(200)
    hooks: list[Hook] = [
        post(done.url, name="a", on=frozenset({"done"})),
        post(failed.url, name="b", on=frozenset({"failed"})),
    ]
    told(tmp_path, hooks, JOB)
    assert (len(done.got), len(failed.got)) == (1, 0)


def test_each_hook_is_told_in_order_and_waits_for_no_other(
    receive: Callable[..., Receiver], tmp_path: Path
) -> None:
    receiver = receive(200)
    hooks: list[Hook] = [
        program(tmp_path, "import time; time.sleep(60)", timeout=2, tries=1),
        post(receiver.url),
    ]
    jobs = [replace(JOB, id=number, arrived=float(number)) for number in range(1, 6)]
    outbox = opened(tmp_path)
    messenger = Messenger(outbox, lambda: hooks, look=0.02)
    for job in jobs:
        messenger.ended(job, tmp_path)

    async def until_posted() -> None:
        running = asyncio.create_task(messenger.run())
        while len(receiver.got) < 5:
            await asyncio.sleep(0.02)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(asyncio.wait_for(until_posted(), 30))
    assert [json.loads(body)["job"] for _, body in receiver.got] == [1, 2, 3, 4, 5]
    # What was cut off while it was under way is not lost: the next run delivers it again.
    assert outbox.counts()["waiting"] >= 4


def test_a_clock_that_went_back_puts_no_delivery_off_for_years(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "hooks.sqlite")
    year = 365 * 86_400.0
    outbox.put([Delivery("a", "one", "{}", due=year), Delivery("b", "two", "{}", due=60.0)], year)
    assert [delivery.key for delivery in outbox.due(0.0)] == ["a"]
    outbox.close()


def test_an_outbox_that_could_not_keep_one_message_keeps_the_next(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "hooks.sqlite")
    unstorable = Delivery("a", "hook", "\ud800")
    with pytest.raises(UnicodeEncodeError):
        outbox.put([unstorable], 0.0)
    outbox.put([Delivery("b", "hook", "{}")], 0.0)
    assert [delivery.key for delivery in outbox.due(1.0)] == ["b"]


def test_messages_for_a_hook_that_was_taken_out_are_given_up(tmp_path: Path) -> None:
    outbox = opened(tmp_path)
    Messenger(outbox, lambda: [post("http://127.0.0.1:9/")]).ended(JOB, tmp_path)
    assert told(tmp_path, []).counts()["given up"] == 1


KILLED = """
import asyncio, sys, threading
from pathlib import Path
from comfyui_glmtts.watch.settings.hook import ProgramHook
from comfyui_glmtts.watch.hooks.messenger import Messenger
from comfyui_glmtts.watch.hooks.outbox import Delivery, Outbox
from comfyui_glmtts.watch.jobs.job import Job
folder = Path(sys.argv[1])
code = "import sys, json, os; open('log', 'a').write(json.load(sys.stdin)['id'] + '\\\\n')"
hook = ProgramHook(name='tell', on=frozenset({'done'}), argv=(sys.executable, '-S', '-c', code),
           folder=folder, timeout=20, tries=3)
messenger = Messenger(Outbox(folder / 'hooks.sqlite'), lambda: [hook], look=0.02)
for number in range(20):
    messenger.ended(Job(id=number, name='a', kind='script', content='c', size=1,
                        arrived=float(number), state='done', ending='rendered'), folder)
print('put', flush=True)
asyncio.run(messenger.run())
"""


def test_killing_the_service_loses_no_message(tmp_path: Path) -> None:
    def started() -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE
        )
        assert child.stdout
        assert child.stdout.readline() == b"put\n"
        return child

    log = tmp_path / "log"
    for kills in range(4):
        child = started()
        wanted = 4 * (kills + 1)
        while not log.exists() or len(log.read_text().split()) < wanted:
            assert child.poll() is None
            time.sleep(0.01)
        child.kill()
        child.communicate()
    child = started()
    outbox = opened(tmp_path)
    while outbox.counts()["waiting"]:
        time.sleep(0.02)
    child.kill()
    child.communicate()
    keys = log.read_text().split()
    assert len(set(keys)) == 20
    assert len(keys) <= 20 + 4
