"""`glmtts watch` as people run it: once, until a signal, with settings that change."""

from __future__ import annotations

import json
import signal
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from comfyui_glmtts.cli import main
from watch_command import BROKEN, GOOD, QUICK, Watch

LINES = 40
LONG = "glmtts: 1\nvoices: {A: xiaoyu}\nsegments:\n" + "".join(
    f"  - A: 这是第{number}句话，我们慢慢地说。\n" for number in range(LINES)
)


def finished(watch: Watch) -> tuple[int, str]:
    """Exit code and standard error of a run that ends by itself."""
    watch.process.communicate(timeout=60)
    return watch.process.returncode, watch.log.read_text()


def test_once_works_off_what_is_there(tmp_path: Path) -> None:
    watch = Watch(tmp_path, "--once")
    watch.drop("a.yaml", GOOD)
    code, said = finished(watch)
    assert code == 0
    assert "done a.yaml: 0:0" in said
    assert (watch.inbox / "out" / "a" / "a.mp3").is_file()


def test_once_tells_by_its_code_that_something_failed(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "a.yaml").write_text(BROKEN)
    code, said = finished(Watch(tmp_path, "--once"))
    assert code == 1
    assert "failed a.yaml (invalid)" in said
    assert 'a.yaml:4:5: Unknown speaker "Anne". Did you mean "Ann"?' in said


def test_a_files_name_commands_no_terminal(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "a\x1b]0;owned\x07\x1b[2Jb.yaml").write_text(BROKEN)
    code, said = finished(Watch(tmp_path, "--once"))
    assert code == 1
    assert "failed a·]0;owned··[2Jb.yaml" in said
    assert "\x1b" not in said


def test_a_files_name_forges_no_line_of_the_log(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    forged = "2026-01-01 00:00:00,000 INFO done b.yaml: 0:09"
    (tmp_path / "inbox" / f"a\n{forged}\r.yaml").write_text(BROKEN)
    code, said = finished(Watch(tmp_path, "--once"))
    assert code == 1
    assert f"failed a·{forged}·.yaml" in said
    assert all(line.startswith(said[:10]) for line in said.splitlines())


def test_a_token_is_told_to_nobody(tmp_path: Path) -> None:
    token = "a-token-of-some-length"
    (tmp_path / "tell.py").write_text("import os; print(dict(os.environ))\n")
    tells = f"{QUICK}hooks: [{{run: [{sys.executable}, tell.py]}}]\n"
    watch = Watch(tmp_path, "--status", "127.0.0.1:0", settings=tells, GLMTTS_WATCH_TOKEN=token)
    watch.drop("a.yaml", BROKEN)
    answers, codes = [], []
    for path in ("/status.json", f"/status.json?token={token}", "/metrics", "/"):
        asked = urllib.request.Request(watch.url + path)
        try:
            answers.append(urllib.request.urlopen(asked).read().decode())
        except urllib.error.HTTPError as refused:
            answers.append(refused.read().decode())
            codes.append(refused.code)
    assert codes[:3] == [401, 401, 401], "in an address it opens nothing"
    allowed = {"Authorization": f"Bearer {token}"}
    status = urllib.request.Request(f"{watch.url}/status.json", headers=allowed)

    def delivered() -> bool:
        found = json.load(urllib.request.urlopen(status))
        answers.append(json.dumps(found))
        return bool(found["hooks"]["delivered"])

    watch.until(delivered)
    assert watch.stop() == 0
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(token.encode() in data for data in kept), "neither log, journal nor outbox"
    assert not any(token in answer for answer in answers)


def test_ctrl_c_ends_it_in_order(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    watch.until(lambda: "watching" in watch.log.read_text())
    assert watch.stop(signal.SIGINT) == 0
    assert "Traceback" not in watch.log.read_text()


def test_a_signal_ends_it_in_time_and_the_next_start_goes_on(tmp_path: Path) -> None:
    watch = Watch(tmp_path, "--status", "127.0.0.1:0")
    watch.drop("long.yaml", LONG)

    def spoken() -> int:
        return max((job["done"] for job in watch.status()["running"]), default=0)

    watch.until(lambda: spoken() >= 3)
    begun = time.monotonic()
    assert watch.stop(signal.SIGTERM) == 0
    assert time.monotonic() - begun < 10
    assert not (watch.inbox / "out" / "long").exists()

    watch = Watch(tmp_path, "--status", "127.0.0.1:0")
    job = watch.ended("done", "long.yaml")
    assert job["attempts"] == 0
    assert job["synthesised"] < LINES
    assert watch.stop() == 0
    manifest = json.loads((watch.inbox / "out" / "long" / "manifest.json").read_text())
    assert len(manifest["lines"]) == LINES


def test_settings_are_followed_while_it_runs(tmp_path: Path) -> None:
    told = tmp_path / "told"
    tell = f"import sys; open({str(told)!r}, 'a').write(sys.stdin.read() + chr(10))"
    watch = Watch(tmp_path, "--status", "127.0.0.1:0")
    file = tmp_path / "watch.yaml"
    watch.drop("one.txt", "leo: Hello.\n")
    watch.ended("done", "one.txt")
    assert (watch.inbox / "out" / "one" / "one.mp3").is_file()

    file.write_text(QUICK + "output: {formats: [wav], sample_rate: 24 khz}\nhoks: []\n")
    problems = watch.until(lambda: watch.status()["settings"]["problems"])
    assert [problem["line"] for problem in problems] == [5]
    assert 'Did you mean "hooks"?' in watch.log.read_text()

    hook = json.dumps([{"on": "done", "run": [sys.executable, "-c", tell]}])
    file.write_text(QUICK + f"output: {{formats: [wav], sample_rate: 24 khz}}\nhooks: {hook}\n")
    watch.until(lambda: "hold from now on" in watch.log.read_text())
    assert not watch.status()["settings"]["problems"]
    watch.drop("two.txt", "leo: Good bye.\n")
    watch.ended("done", "two.txt")
    assert (watch.inbox / "out" / "two" / "two.wav").is_file()
    watch.until(told.exists)
    message = json.loads(watch.until(told.read_text).splitlines()[0])
    assert (message["event"], message["name"]) == ("done", "two.txt")

    file.write_text(QUICK + "folders: {out: elsewhere}\n")
    (problem,) = watch.until(lambda: watch.status()["settings"]["problems"])
    assert "changes only when the service starts" in problem["what"]
    assert watch.stop() == 0


def test_two_services_do_not_watch_one_folder(tmp_path: Path) -> None:
    watch = Watch(tmp_path, "--status", "127.0.0.1:0")
    assert watch.url
    code, said = finished(Watch(tmp_path))
    assert code == 2
    assert "Another service is watching this folder" in said
    assert watch.stop() == 0


@pytest.mark.parametrize(
    ("arguments", "settings", "code", "said"),
    [
        (("--check",), QUICK, 0, "watch.yaml is right. Engine: preview, hooks: 0."),
        (("--check",), "watch: 1\nengin: preview\njobs: 0\n", 2, 'Did you mean "engine"?'),
        (("--check",), QUICK + "hooks: [{run: no-such-program}]\n", 2, "is not found"),
        (("--check",), QUICK + "hooks: [{post: 'http://a', secret_env: B_7}]\n", 2, "B_7"),
        (("--check",), QUICK + "lexicons: [watch.yaml]\n", 2, "watch.yaml"),
        (("--engine", "preveiw"), QUICK, 2, 'Did you mean "preview"?'),
        (("--settings", "nowhere.yaml"), QUICK, 2, "There is no file nowhere.yaml."),
        (("--status", "0.0.0.0:8765"), QUICK, 2, "no token is set"),
        (("--status", "nonsense"), QUICK, 2, "is no address"),
        (("--token-file", "nowhere"), QUICK, 2, "cannot be read"),
    ],
)
def test_what_is_wrong_from_the_start_is_told(
    arguments: tuple[str, ...],
    settings: str,
    code: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "watch.yaml").write_text(settings)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("sys.argv", ["glmtts", "watch", str(tmp_path / "inbox"), *arguments])
    with pytest.raises(SystemExit) as end:
        main()
    told = capfd.readouterr()
    assert (end.value.code or 0) == code
    assert said in told.err + told.out


def test_an_inbox_that_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["glmtts", "watch", str(tmp_path / "inbox")])
    with pytest.raises(SystemExit, match="2"):
        main()
    assert "This is not a folder." in capfd.readouterr().err
