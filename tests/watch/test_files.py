"""Files of a watched folder: jailed names, private copies, swapped folders, filed scripts."""

import json
import os
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from comfyui_glmtts.documents.findings import UnfitError
from comfyui_glmtts.messages import Message
from comfyui_glmtts.mistakes import InputError, Mistake, Place
from comfyui_glmtts.scripts.parse import read_script
from comfyui_glmtts.watch.files import exchange, jail
from comfyui_glmtts.watch.jobs import publishing
from comfyui_glmtts.watch.jobs.claim import Claim
from comfyui_glmtts.watch.jobs.filing import filed, put_away
from comfyui_glmtts.watch.jobs.job import Job
from comfyui_glmtts.watch.jobs.report import as_json, as_markdown
from comfyui_glmtts.watch.jobs.snapshot import BusyError, Snapshot
from comfyui_glmtts.watch.settings.layout import Layout
from comfyui_glmtts.watch.settings.settings import Settings


@pytest.fixture(params=[True, False], ids=["descriptors", "paths"])
def inbox(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with things in it and a secret outside, with and without descriptors of folders."""
    monkeypatch.setattr(jail, "DESCRIPTORS", request.param and jail.DESCRIPTORS)
    inbox, outside = tmp_path / "inbox", tmp_path / "outside"
    (inbox / "music").mkdir(parents=True)
    outside.mkdir()
    (outside / "secret.txt").write_text("secret")
    (inbox / "a.txt").write_text("inside")
    (inbox / "music" / "b.txt").write_text("deep inside")
    (inbox / "link.txt").symlink_to(outside / "secret.txt")
    (inbox / "own.txt").symlink_to("a.txt")
    (inbox / "folder").symlink_to(outside)
    (outside / "other.txt").write_text("secret")
    (inbox / "hard.txt").hardlink_to(outside / "other.txt")
    os.mkfifo(inbox / "pipe.txt")
    return inbox


class TestJail:
    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("a.txt", "inside"), ("./a.txt", "inside"), ("music/../a.txt", "inside"),
            ("music//b.txt", "deep inside"), ("nowhere/../a.txt", "inside"),
        ],
    )  # fmt: skip
    def test_names_inside_lead_to_their_files(self, inbox: Path, name: str, text: str) -> None:
        assert jail.read_inside(inbox, name, limit=100).decode() == text

    @pytest.mark.parametrize(
        "name",
        [
            "../outside/secret.txt", "music/../../outside/secret.txt", "/etc/passwd", "..", "",
            ".", " ", "a\0b", "link.txt", "own.txt", "folder/secret.txt", "hard.txt", "pipe.txt",
            "music", "a.txt/b", "x" * 300,
        ],
    )  # fmt: skip
    def test_every_other_name_is_refused(self, inbox: Path, name: str) -> None:
        with pytest.raises(UnfitError):
            jail.read_inside(inbox, name, limit=100)

    def test_what_is_too_large_is_refused_before_it_is_read(self, inbox: Path) -> None:
        with (inbox / "huge.txt").open("wb") as huge:
            huge.truncate(10 << 30)
        with pytest.raises(UnfitError, match="larger than"):
            jail.read_inside(inbox, "huge.txt", limit=1 << 20)

    def test_what_is_not_there_is_told_apart_from_what_is_refused(self, inbox: Path) -> None:
        with pytest.raises(FileNotFoundError):
            jail.read_inside(inbox, "music/nothing.txt", limit=100)

    def test_no_descriptor_stays_open(self, inbox: Path) -> None:
        def opened() -> int:
            return len(list(Path("/proc/self/fd").iterdir()))

        before = opened()
        for name in ("a.txt", "link.txt", "folder/x", "pipe.txt", "hard.txt", "no", "music"):
            with suppress(UnfitError, FileNotFoundError):
                jail.read_inside(inbox, name, limit=100)
        jail.names_inside(inbox, "folder")
        assert opened() == before

    def test_names_for_suggestions_come_from_inside_only(self, inbox: Path) -> None:
        assert jail.names_inside(inbox, "music") == ["b.txt"]
        assert jail.names_inside(inbox, "folder") == []
        assert "a.txt" in jail.names_inside(inbox, "")


SCRIPT = """\
glmtts: 1
voices: {a: {reference: voices/a.wav, transcript: hello}}
lexicons: [names.jsonl]
segments:
  - sound: music/theme.wav
  - include: parts/end.yaml
  - a: hello
"""
END = "glmtts: 1\nsegments: [{sound: ../music/end.wav}, {sound: own.wav}]\n"


class TestSnapshot:
    def snapshot(self, tmp_path: Path, **values: object) -> Snapshot:
        inbox, private = tmp_path / "inbox", tmp_path / "private"
        for name in (
            "voices/a.wav", "names.jsonl", "music/theme.wav", "music/end.wav", "parts/own.wav",
        ):  # fmt: skip
            (inbox / name).parent.mkdir(parents=True, exist_ok=True)
            (inbox / name).write_text(name)
        (inbox / "parts" / "end.yaml").write_text(END)
        private.mkdir()
        (private / "script.yaml").write_text(SCRIPT)
        return Snapshot(folder=private, inbox=inbox, **values)

    def copies(self, snapshot: Snapshot) -> list[str]:
        found = snapshot.folder.rglob("*")
        return sorted(one.relative_to(snapshot.folder).as_posix() for one in found if one.is_file())

    def test_a_script_is_read_from_copies_of_all_it_refers_to(self, tmp_path: Path) -> None:
        snapshot = self.snapshot(tmp_path)
        script = read_script(snapshot.folder / "script.yaml", beside=snapshot.beside)
        assert self.copies(snapshot) == [
            "music/end.wav", "music/theme.wav", "names.jsonl", "parts/end.yaml", "parts/own.wav",
            "script.yaml", "voices/a.wav",
        ]  # fmt: skip
        assert script.speakers["a"].voice.audio == snapshot.folder / "voices" / "a.wav"

    def test_what_happens_to_the_originals_afterwards_changes_nothing(self, tmp_path: Path) -> None:
        snapshot = self.snapshot(tmp_path)
        source = snapshot.folder / "script.yaml"
        read_script(source, beside=snapshot.beside)
        before = snapshot.digest(source)
        (snapshot.inbox / "music" / "theme.wav").unlink()
        (snapshot.inbox / "names.jsonl").write_text("other words")
        read_script(source, beside=snapshot.beside)
        assert snapshot.digest(source) == before

    def test_the_digest_is_that_of_all_referred_to_and_of_nothing_else(
        self, tmp_path: Path
    ) -> None:
        digests = []
        for number, changed in enumerate(("", "names.jsonl", "script.yaml")):
            folder = tmp_path / str(number)
            folder.mkdir()
            snapshot = self.snapshot(folder)
            source = snapshot.folder / "script.yaml"
            if changed == "names.jsonl":
                (snapshot.inbox / changed).write_text("changed")
            if changed == "script.yaml":
                source.write_text(SCRIPT + "# changed\n")
            read_script(source, beside=snapshot.beside)
            digests.append(snapshot.digest(source))
        assert digests[0] == digests[2] != digests[1]

    def test_a_missing_file_is_named_with_the_nearest_one(self, tmp_path: Path) -> None:
        snapshot = self.snapshot(tmp_path)
        (snapshot.inbox / "music" / "theme.wav").rename(snapshot.inbox / "music" / "themes.wav")
        with pytest.raises(InputError) as caught:
            read_script(snapshot.folder / "script.yaml", beside=snapshot.beside)
        (mistake,) = caught.value.mistakes
        assert mistake.place.line == 5
        assert "music/themes.wav" in mistake.remedy

    def test_a_file_that_is_still_being_uploaded_is_waited_for(self, tmp_path: Path) -> None:
        snapshot = self.snapshot(tmp_path, settle=5.0)
        with pytest.raises(BusyError, match=r"voices/a\.wav"):
            read_script(snapshot.folder / "script.yaml", beside=snapshot.beside)
        for file in snapshot.inbox.rglob("*.*"):
            os.utime(file, (time.time() - 10,) * 2)
        assert read_script(snapshot.folder / "script.yaml", beside=snapshot.beside)

    def test_trusted_folders_give_what_the_inbox_has_not(self, tmp_path: Path) -> None:
        shared = tmp_path / "shared"
        (shared / "music").mkdir(parents=True)
        snapshot = self.snapshot(tmp_path, roots=(shared,))
        theme = snapshot.inbox / "music" / "theme.wav"
        theme.rename(shared / "music" / "theme.wav")
        script = read_script(snapshot.folder / "script.yaml", beside=snapshot.beside)
        assert script.segments[0].file == shared / "music" / "theme.wav"


def edition(folder: Path, text: str, name: str = "sound.txt") -> Path:
    folder.mkdir(parents=True)
    (folder / name).write_text(text)
    manifest = {"generator": "comfyui-glmtts 1", "files": [{"name": name}], "text": text}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


@pytest.fixture(params=[True, False], ids=["swapped at once", "renamed twice"])
def out(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for results, on systems that can swap two names and on those that cannot."""
    if not request.param:
        monkeypatch.setattr(exchange, "_exchange", lambda: None)
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


class TestPublishing:
    def test_an_edition_takes_the_place_of_the_one_before(self, out: Path, tmp_path: Path) -> None:
        for text in ("first", "second"):
            stage = out / ".glmtts-stage"
            publishing.bring(edition(tmp_path / text, text, f"{text}.txt"), stage)
            publishing.publish(stage, out, "2026/episode")
            publishing.clear(stage, out / "2026" / "episode")
            found = sorted(path.name for path in (out / "2026" / "episode").iterdir())
            assert found == sorted(["manifest.json", f"{text}.txt"])
            assert [path.name for path in out.iterdir()] == ["2026"]

    def test_files_that_somebody_put_there_stay(self, out: Path, tmp_path: Path) -> None:
        target = edition(out / "episode", "first")
        (target / "notes").mkdir()
        (target / "notes" / "mine.txt").write_text("mine")
        stage = edition(out / ".glmtts-stage", "second")
        publishing.publish(stage, out, "episode")
        publishing.clear(stage, target)
        assert (target / "notes" / "mine.txt").read_text() == "mine"
        assert (target / "sound.txt").read_text() == "second"

    def test_a_folder_that_is_no_edition_is_never_replaced(self, out: Path) -> None:
        (out / "holiday").mkdir()
        publishing.check(out / "holiday")  # empty: no loss
        (out / "holiday" / "photo.jpg").write_text("photo")
        with pytest.raises(UnfitError, match="not made by this program"):
            publishing.check(out / "holiday")

    def test_an_edition_from_another_disk_is_copied_whole(
        self, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(_self: Path, _target: Path) -> None:
            raise OSError(18, "Invalid cross-device link")

        made = edition(tmp_path / "made", "text", "deep.txt")
        (made / "lines").mkdir()
        (made / "lines" / "1.wav").write_text("line")
        (made / ".glmtts-lock").touch()
        with monkeypatch.context() as patch:
            patch.setattr(Path, "rename", refuse)
            publishing.bring(made, out / "stage")
        found = sorted(path.relative_to(out).as_posix() for path in out.rglob("*"))
        assert found == [
            "stage", "stage/deep.txt", "stage/lines", "stage/lines/1.wav", "stage/manifest.json",
        ]  # fmt: skip


class TestFiling:
    @pytest.fixture
    def layout(self, tmp_path: Path) -> Layout:
        (tmp_path / "inbox").mkdir()
        settings = Settings(inbox=tmp_path / "inbox", state=tmp_path / "state")
        layout = Layout.of(settings)
        layout.make()
        return layout

    def ended(self, layout: Layout, id: int, text: str, **values: object) -> tuple[Job, Claim]:
        import hashlib

        folder = layout.claim(id, urgent=False)
        folder.mkdir()
        (folder / "a.txt").write_text(text)
        content = hashlib.sha256(text.encode()).hexdigest()
        plain = Job(id=id, name="a.txt", kind="script", content=content, size=1, arrived=0.0)
        good = {"state": "done", "ending": "rendered", "finished": 1.0}
        return replace(plain, **{**good, **values}), Claim(id, folder / "a.txt", False)

    def names(self, folder: Path) -> list[str]:
        return sorted(path.name for path in folder.iterdir())

    def test_the_latest_has_the_name_and_earlier_ones_step_aside(self, layout: Layout) -> None:
        jobs = []
        for id, text in enumerate(("one", "two", "two", "three"), start=1):
            job, claim = self.ended(layout, id, text)
            put_away(job, claim, layout)
            jobs.append(job)
        assert (layout.done / "a.txt").read_text() == "three"
        assert len(self.names(layout.done)) == 3
        assert {path.read_text() for path in layout.done.iterdir()} == {"one", "two", "three"}
        for job, text in zip(jobs, ("one", "two", "two", "three"), strict=True):
            place = filed(job, layout)
            assert place
            assert place.read_text() == text

    def test_what_was_interrupted_can_be_done_again(self, layout: Layout) -> None:
        job, claim = self.ended(layout, 1, "text", state="failed", ending="invalid")
        (layout.failed / "a.txt").write_text("text")  # linked, and not yet removed from `work`
        put_away(job, claim, layout)
        put_away(job, None, layout)
        assert self.names(layout.failed) == ["a.txt", "a.txt.report.json", "a.txt.report.md"]
        assert not claim.file.parent.exists()

    def test_a_folder_in_the_way_steps_aside_too(self, layout: Layout) -> None:
        (layout.done / "a.txt").mkdir()
        job, claim = self.ended(layout, 1, "text")
        put_away(job, claim, layout)
        assert (layout.done / "a.txt").read_text() == "text"
        assert len(self.names(layout.done)) == 2


def test_a_report_says_where_what_and_what_to_do_and_is_plain_markdown() -> None:
    what = Message("Unknown speaker {}.", "<b>*x*</b>")
    mistake = Mistake(Place("a.yaml", 3, 5), what, "Did you mean “小明”?")
    job = Job(
        id=7, name="a.yaml", kind="script", content="", size=1, arrived=0.0, state="failed",
        ending="invalid", finished=86_400.0, problems=(mistake,),
    )  # fmt: skip
    page = as_markdown(job)
    assert page.startswith("# a.yaml: there is something to correct · 需要修改\n")
    assert "- **a.yaml:3:5** Unknown speaker \\<b\\>\\*x\\*\\</b\\>. Did you mean “小明”?" in page
    assert "Retry" in page
    assert "重试" in page
    report = json.loads(as_json(job))
    assert report["problems"] == [
        {
            "file": "a.yaml", "line": 3, "column": 5, "what": mistake.what,
            "remedy": mistake.remedy,
            "message": {
                "what": {"id": "Unknown speaker {}.", "values": ["<b>*x*</b>"]},
                "remedy": mistake.remedy,
            },
        }
    ]  # fmt: skip
    assert (report["ending"], report["finished"]) == ("invalid", "1970-01-02T00:00:00+00:00")
