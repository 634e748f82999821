"""The package as people get it: wheel, sdist, editable, and as ComfyUI's manager sees it."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
NOT_OURS = {"tests", "bench", "docs", "examples", "build", "dist", "out"}


def tracked() -> list[Path]:
    """Every file a clone has, relative to the root; new ones too."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [Path(name) for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def shipped() -> set[str]:
    """What the wheel must carry: every module and every data file inside a room."""
    modules = {path for path in tracked() if path.suffix == ".py"}
    packages = {path.parent for path in modules if path.name == "__init__.py"}
    ours = {path for path in modules if path.parent in packages}
    return {f"comfyui_glmtts/{path.as_posix()}" for path in ours if path.parts[0] not in NOT_OURS}


def test_requirements_are_the_base_dependencies_and_what_speaks_in_any_host() -> None:
    # ComfyUI's manager installs requirements.txt and looks at nothing else. Which onnxruntime a
    # host has is its own affair: two of them overwrite each other's files.
    listed = (ROOT / "requirements.txt").read_text("utf-8").split()
    extras = PROJECT["project"]["optional-dependencies"]
    speaks = [*extras["preview"], *extras["kokoro"]]
    wanted = [name for name in speaks if not name.startswith("onnxruntime")]
    assert sorted(listed) == sorted([*PROJECT["project"]["dependencies"], *wanted])
    assert len(wanted) == len(speaks) - 1


def test_a_host_keeps_its_torch_and_its_transformers() -> None:
    names = " ".join(PROJECT["project"]["dependencies"])
    assert "torch" not in names
    assert "transformers" not in names


def test_the_package_list_names_every_folder_with_an_init() -> None:
    folders = {
        path.parent
        for path in tracked()
        if path.name == "__init__.py" and path.parts[0] not in NOT_OURS
    }
    names = {".".join(("comfyui_glmtts", *folder.parts)) for folder in folders}
    assert names == set(PROJECT["tool"]["setuptools"]["packages"])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist of a clean copy of this tree, and the wheel built from that sdist."""
    source = tmp_path_factory.mktemp("source")
    for path in tracked():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_bytes((ROOT / path).read_bytes())
    dist = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--outdir", str(dist), str(source)],
        check=True,
        capture_output=True,
    )
    return dist


def test_the_wheel_carries_every_module_and_the_data_and_no_tests(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name for name in names if name.endswith(".py")} == shipped()
    for data in (
        "py.typed",
        "scripts/schema.json",
        "templates/bundled/railway-departure.yaml",
        "templates/bundled/railway-departure.csv",
        "templates/starter/announcement.yaml",
        "production/pictures/data/OFL.txt",
        "production/shows/data/show/show.yaml",
        "production/shows/data/show/episodes/001-hello.yaml",
        "production/editing/data/review.html",
        "production/editing/data/review.css",
        "production/editing/data/review.js",
        "glmtts_runtime/voices/bundled/xiaoyu.txt",
        "glmtts_runtime/voices/bundled/xiaoyu.yaml",
        "watch/page/static/index.html",
        "watch/page/static/page.js",
    ):
        assert f"comfyui_glmtts/{data}" in names
    assert not [name for name in names if name.split("/")[1] in NOT_OURS]


def test_the_sdist_carries_what_the_wheel_is_built_from(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {name.removeprefix("comfyui_glmtts/") for name in shipped()} <= names


@pytest.mark.parametrize("kind", ["wheel", "editable"])
def test_an_installed_package_runs_from_anywhere(kind: str, built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    what = [str(wheel)] if kind == "wheel" else ["--editable", str(ROOT)]
    place = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(place)]
    subprocess.run([*pip, *what], check=True, capture_output=True)
    run = "import site, sys; site.addsitedir(sys.argv.pop(1)); from comfyui_glmtts.cli import main"
    shown = subprocess.run(
        [sys.executable, "-c", f"{run}; main()", str(place), "--version"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert shown.stdout.strip() == f"glmtts {PROJECT['project']['version']}"
