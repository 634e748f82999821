"""Which names are ignored, when a file counts as complete, and in which order files are taken."""

from pathlib import Path

import pytest
from comfyui_glmtts.watch.files.mounts import eventful, file_system, network
from comfyui_glmtts.watch.intake.inbox import Look, Patience, Seen, look, scripts_below
from comfyui_glmtts.watch.intake.names import ignored
from comfyui_glmtts.watch.jobs.job import kind_of


@pytest.mark.parametrize(
    "name",
    [
        ".DS_Store", "._x.yaml", "Thumbs.db", "desktop.ini", "@eaDir", ".syncthing.x.yaml.tmp",
        "~syncthing~x.yaml.tmp", "x.yaml.part", "x.yaml.crdownload", "x.yaml.filepart", "x.yaml~",
        ".~lock.x.yaml#", ".nfs000000001", ".fuse_hidden0001", ".x.yaml.swp", "~$x.yaml",
        "x.sync-conflict-20261122-101010-ABCDEFG.yaml", "x (Anna's conflicted copy 2026).yaml",
        "x.yaml.sb-1a2b-c", ".goutputstream-AB12", "#x.yaml#", ".glmtts-abc.part.yaml",
        "x.yaml.aria2", "x.yaml.tmp.4711", "Icon\r",
    ],
)  # fmt: skip
def test_names_of_unfinished_files_and_of_systems_are_ignored(name: str) -> None:
    assert ignored(name)


@pytest.mark.parametrize(
    "name", ["episode.yaml", "第12期.yaml", "a b.txt", "partner.txt", "tmp.yaml", "2026.11.22.srt"]
)
def test_ordinary_names_are_not_ignored(name: str) -> None:
    assert not ignored(name)


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.yaml", b"", "script"), ("a.YML", b"", "script"), ("a.txt", b"", "script"),
        ("a.srt", b"", "script"), ("a.jsonl", b"{}", "tasks"), ("a.json", b" \n[{}]", "tasks"),
        ("a.json", b"\xef\xbb\xbf[", "tasks"), ("a.json", b'{"1": {}}', "workflow"),
        ("a.wav", b"", None), ("yaml", b"", None), ("a.takes.yaml", b"", None),
    ],
)  # fmt: skip
def test_the_kind_of_a_job_is_told_by_its_name_and_its_beginning(
    name: str, head: bytes, kind: str | None
) -> None:
    assert kind_of(name, head) == kind


def seen(size: int = 10, changed: int = 1) -> Seen:
    return Seen(size, changed, 1, plain=True)


def files(**found: Seen) -> Look:
    named = {name.replace("_", "."): one for name, one in found.items()}
    return Look(named, frozenset(), frozenset(), ())


class TestPatience:
    def patience(self) -> Patience:
        return Patience(Path("unused"), settle=5.0)

    def test_a_file_is_complete_when_it_was_the_same_for_long_enough(self) -> None:
        patience = self.patience()
        assert patience.complete(files(a_txt=seen()), 0.0) == []
        assert patience.complete(files(a_txt=seen()), 4.9) == []
        assert patience.complete(files(a_txt=seen()), 5.0) == ["a.txt"]

    def test_one_look_is_never_enough(self) -> None:
        patience = Patience(Path("unused"), settle=0.0)
        assert patience.complete(files(a_txt=seen()), 0.0) == []
        assert patience.complete(files(a_txt=seen()), 0.1) == ["a.txt"]

    def test_every_change_begins_the_waiting_anew(self) -> None:
        patience = self.patience()
        changes = [seen(10), seen(20), seen(20, changed=2), Seen(20, 2, 7, plain=True)]
        now = 0.0
        for change in changes:
            assert patience.complete(files(a_txt=change), now) == []
            now += 4.9
        assert patience.complete(files(a_txt=changes[-1]), now + 0.2) == ["a.txt"]

    def test_an_empty_file_is_waited_for_much_longer(self) -> None:
        patience = self.patience()
        patience.complete(files(a_txt=seen(0)), 0.0)
        assert patience.complete(files(a_txt=seen(0)), 59.0) == []
        assert patience.complete(files(a_txt=seen(0)), 60.0) == ["a.txt"]

    def test_a_mark_beside_it_says_that_a_file_is_complete(self) -> None:
        marked = Look({"a.txt": seen()}, frozenset({"a.txt"}), frozenset(), ())
        assert self.patience().complete(marked, 0.0) == ["a.txt"]

    def test_files_are_taken_in_the_order_in_which_they_came(self) -> None:
        patience = self.patience()
        patience.complete(files(z_txt=seen()), 0.0)
        patience.complete(files(z_txt=seen(), b_txt=seen(changed=9), c_txt=seen(changed=3)), 1.0)
        everything = files(a_txt=seen(), z_txt=seen(), b_txt=seen(changed=9), c_txt=seen(changed=3))
        patience.complete(everything, 2.0)
        assert patience.complete(everything, 10.0) == ["z.txt", "c.txt", "b.txt", "a.txt"]

    def test_a_file_that_was_taken_or_has_gone_is_a_new_one_when_it_comes_back(self) -> None:
        patience = self.patience()
        patience.complete(files(a_txt=seen(), b_txt=seen()), 0.0)
        patience.taken("a.txt")
        assert patience.complete(files(a_txt=seen()), 6.0) == []
        assert patience.complete(files(a_txt=seen(), b_txt=seen()), 11.0) == ["a.txt"]

    def test_it_says_when_to_look_again(self) -> None:
        patience = self.patience()
        assert patience.soonest(0.0) is None
        patience.complete(files(a_txt=seen()), 0.0)
        assert patience.soonest(3.0) == 2.0
        assert patience.waiting() == 1


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        ("glmtts: 1\n...\n", True), ("glmtts: 1\r\n...\r\n", True), ("glmtts: 1\n...\n\n", True),
        ("glmtts: 1\n...", False), ("glmtts: 1\n... \n", True), ("glmtts: 1\n....\n", False),
        ("glmtts: 1\n", False), ("a: ...\n", False),
    ],
)  # fmt: skip
def test_the_end_mark_is_a_whole_line_of_three_dots(
    tmp_path: Path, text: str, complete: bool
) -> None:
    (tmp_path / "urgent").mkdir()
    (tmp_path / "a.yaml").write_bytes(text.encode())
    patience = Patience(tmp_path, settle=0.0, marked=True)
    patience.complete(look(tmp_path), 0.0)
    assert patience.complete(look(tmp_path), 1.0) == (["a.yaml"] if complete else [])


def test_text_needs_a_mark_beside_it_where_marks_are_wanted(tmp_path: Path) -> None:
    (tmp_path / "urgent").mkdir()
    (tmp_path / "a.txt").write_text("hello")
    patience = Patience(tmp_path, settle=0.0, marked=True)
    patience.complete(look(tmp_path), 0.0)
    assert patience.complete(look(tmp_path), 1.0) == []
    (tmp_path / "a.txt.ready").touch()
    assert patience.complete(look(tmp_path), 2.0) == ["a.txt"]


def test_a_look_finds_jobs_marks_and_what_is_neither(tmp_path: Path) -> None:
    (tmp_path / "urgent").mkdir()
    (tmp_path / "music.yaml").mkdir()  # a folder is no job, whatever it is called
    for name in ("a.yaml", "urgent/b.srt", "c.wav", ".d.yaml", "a.yaml.ready", "gone.txt.ready"):
        (tmp_path / name).write_text("x")
    found = look(tmp_path)
    assert sorted(found.files) == ["a.yaml", "urgent/b.srt"]
    assert found.ready == {"a.yaml"}
    assert found.marks == {"gone.txt"}
    assert found.others == ("c.wav",)


def test_the_file_system_of_a_folder_is_that_of_the_deepest_mount(tmp_path: Path) -> None:
    share = tmp_path / "my share"
    share.mkdir()
    table = tmp_path / "mounts"
    table.write_text(
        f"/dev/sda1 / ext4 rw 0 0\nserver:/x {tmp_path} nfs4 rw 0 0\n"
        f"//nas/x {str(share).replace(' ', chr(92) + '040')} cifs rw 0 0\n"
    )
    assert file_system(share, table) == "cifs"
    assert file_system(tmp_path, table) == "nfs4"
    assert file_system(Path("/usr"), table) == "ext4"
    assert file_system(share, tmp_path / "no table") == ""


@pytest.mark.parametrize(
    ("kind", "is_network", "is_eventful"),
    [
        ("ext4", False, True), ("xfs", False, True), ("", False, True), ("overlay", False, False),
        ("nfs", True, False), ("nfs4", True, False), ("cifs", True, False), ("smb3", True, False),
        ("fuse", True, False), ("fuse.sshfs", True, False), ("9p", True, False),
        ("virtiofs", True, False), ("tmpfs", False, True),
    ],
)  # fmt: skip
def test_events_are_relied_upon_on_local_disks_only(
    kind: str, is_network: bool, is_eventful: bool
) -> None:
    assert (network(kind), eventful(kind)) == (is_network, is_eventful)


def test_scripts_in_a_dropped_folder_are_seen_and_what_scripts_refer_to_is_not(
    tmp_path: Path,
) -> None:
    for name in ("urgent", "work", "out", "templates", "show", ".hidden"):
        (tmp_path / name).mkdir()
    for name in ("b.yaml", "a.srt", "a.wav", "a.txt", "x.yaml.part", "b.takes.yaml"):
        (tmp_path / "show" / name).touch()
    assert list(look(tmp_path).folders) == ["show"]
    assert scripts_below(tmp_path, "show") == ["show/a.srt", "show/b.yaml"]
