"""A finished file, a person's key and certificate -> the file with a signed C2PA manifest in it.

Extra `c2pa`. The manifest says that a model made the sound, of which script and voices, and binds
it to every byte of the file: one that was changed no longer fits. The key is read when a file is
signed and is never kept, shown, logged or written.
"""

from __future__ import annotations

import hashlib
import io
import json
import wave
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from ...atomic import replacing
from ...messages import Message
from ...mistakes import InputError, Mistake, Place
from ...version import __version__

TYPES: Mapping[str, str] = {
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "flac": "audio/flac",
}
"""Formats whose files can hold a manifest, and their media types"""

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
"""IPTC's word for what a model made"""

ALGORITHMS = ("es256", "es384", "es512", "ps256", "ps384", "ps512", "ed25519")
_KEY, _CERTIFICATE = Message("private key"), Message("certificate")
_INSTALL = "pip install 'comfyui-glmtts[c2pa]'"


@dataclass(frozen=True, slots=True)
class Ingredient:
    """What went into a file: a script or a voice, by its name and hash."""

    title: str
    digest: str
    """Hex SHA-256; "" where only the name is known"""
    type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Whoever signs."""

    key: Path
    """Of a private key, PEM"""
    certificate: Path
    """Of its certificate and those above it, PEM"""
    algorithm: str

    @classmethod
    def of(cls, key: Path, certificate: Path, places: tuple[Place, Place]) -> Signer:
        """Try the key with its certificate; raises `InputError` at the places of the two.

        A key that is no key of this certificate, or a certificate that may not sign, is told here
        and not at the end of a render.
        """
        try:
            import c2pa
        except ImportError:
            what = "Nothing can be signed: the extra is not installed."
            raise InputError.at(places[0], what, _INSTALL) from None
        mistakes = [
            Mistake(place, Message("There is no file {}.", path), "Check the path.")
            for path, place in zip((key, certificate), places, strict=True)
            if not path.is_file()
        ]
        mistakes += [
            Mistake(place, Message("{} is no PEM file of a {}.", path, what), "Check the path.")
            for path, place, what in zip(
                (key, certificate), places, (_KEY, _CERTIFICATE), strict=True
            )
            if path.is_file() and not _is_pem(path, what)
        ]
        if mistakes:
            raise InputError(mistakes)
        told = ""
        for algorithm in ALGORITHMS:
            signer = cls(key=key, certificate=certificate, algorithm=algorithm)
            try:
                signer._sign(io.BytesIO(_silence()), io.BytesIO(), "wav", "", ())
            except c2pa.C2paError as error:
                if not told or "unsupported" not in str(error):
                    told = str(error)
                continue
            return signer
        what = Message("This key does not sign for {}: {}.", certificate.name, _shown(told))
        remedy = "Give the key that the first certificate in that file was made for."
        raise InputError.at(places[0], what, remedy)

    @property
    def digest(self) -> str:
        """Of the certificate, which is public: another one makes other files."""
        return hashlib.sha256(self.certificate.read_bytes()).hexdigest()

    def sign(self, path: Path, format: str, title: str, made_of: Iterable[Ingredient]) -> bool:
        """Put a manifest into the file `path`; whether its format can hold one."""
        if format not in TYPES:
            return False
        with (
            replacing(path) as temporary,
            path.open("rb") as source,
            temporary.open("w+b") as target,
        ):
            self._sign(source, target, format, title, made_of)
        return True

    def _sign(
        self,
        source: BinaryIO,
        target: BinaryIO,
        format: str,
        title: str,
        made_of: Iterable[Ingredient],
    ) -> None:
        """Copy a file with a manifest in it. Raises `c2pa.C2paError`."""
        import c2pa

        info = c2pa.C2paSignerInfo(
            alg=self.algorithm.encode(),
            sign_cert=self.certificate.read_bytes(),
            private_key=self.key.read_bytes(),
            ta_url=None,
        )
        with c2pa.Signer.from_info(info) as signer, c2pa.Builder(_manifest(title, made_of)) as one:
            one.sign(signer, TYPES[format], source, target)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What a file's manifest says, and whether it holds."""

    valid: bool
    trusted: bool
    """Whether the certificate is one that everybody's programs trust"""
    signer: str
    problems: tuple[str, ...]
    source_type: str
    ingredients: tuple[str, ...]

    def entry(self) -> dict[str, Any]:
        """A JSON object."""
        return {
            "valid": self.valid,
            "trusted": self.trusted,
            "signer": self.signer,
            "source_type": self.source_type,
            "ingredients": list(self.ingredients),
            "problems": list(self.problems),
        }


def read_signature(path: Path) -> Signature | None:
    """What C2PA's own reader finds in a file; None without the extra, and where nothing is."""
    try:
        import c2pa
    except ImportError:
        return None
    kind = TYPES.get(path.suffix.lower().removeprefix("."))
    if kind is None:
        return None
    try:
        with path.open("rb") as file, c2pa.Reader(kind, file) as reader:
            found = json.loads(reader.json())
    except c2pa.C2paError as error:
        if "ManifestNotFound" in str(error):
            return None
        return Signature(
            valid=False, trusted=False, signer="", problems=(_shown(str(error)),),
            source_type="", ingredients=(),
        )  # fmt: skip
    return _signature(found)


def _signature(found: Mapping[str, Any]) -> Signature:
    active = found["manifests"][found["active_manifest"]]
    codes = [one["code"] for one in found.get("validation_status", ())]
    actions = [
        action
        for assertion in active.get("assertions", ())
        if str(assertion.get("label", "")).startswith("c2pa.actions")
        for action in assertion["data"]["actions"]
    ]
    about = active.get("signature_info", {})
    return Signature(
        valid=found.get("validation_state") in {"Valid", "Trusted"},
        trusted=found.get("validation_state") == "Trusted",
        signer=", ".join(filter(None, (about.get("common_name"), about.get("issuer")))),
        problems=tuple(code for code in codes if code != "signingCredential.untrusted"),
        source_type=next((str(one["digitalSourceType"]) for one in actions
                          if "digitalSourceType" in one), ""),
        ingredients=tuple(str(one.get("title", "")) for one in active.get("ingredients", ())),
    )  # fmt: skip


def _manifest(title: str, made_of: Iterable[Ingredient]) -> dict[str, Any]:
    action = {"action": "c2pa.created", "digitalSourceType": SOURCE_TYPE}
    return {
        "claim_generator_info": [{"name": "comfyui-glmtts", "version": __version__}],
        "title": title,
        "ingredients": [
            {
                "title": one.title,
                "format": one.type,
                "relationship": "inputTo",
                **({"instance_id": f"sha256:{one.digest}"} if one.digest else {}),
            }
            for one in made_of
        ],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [action]}}],
    }


def _is_pem(path: Path, what: str) -> bool:
    wanted = b"CERTIFICATE-----" if what == _CERTIFICATE else b"PRIVATE KEY-----"
    with path.open("rb") as file:
        return wanted in file.read(1 << 20)


def _silence() -> bytes:
    """A WAV of a tenth of a second."""
    whole = io.BytesIO()
    with wave.open(whole, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(1600))
    return whole.getvalue()


def _shown(text: str) -> str:
    return " ".join(text.split())[:200].rstrip(".")
