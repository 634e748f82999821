"""C2PA manifests signed with a certificate made here, read by the library's own reader."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import c2pa
import pytest
from comfyui_glmtts.production.provenance.signing import SOURCE_TYPE, TYPES, read_signature
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from label_readers import by_mutagen

Glmtts = Callable[..., subprocess.CompletedProcess[str]]
PEM = serialization.Encoding.PEM


def name(person: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, person),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Test Station"),
        ]
    )


def certificate(subject, key, issuer, issuer_key, *, signs_others, days=30):
    now = datetime.now(timezone.utc)
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
         "encipher_only", "decipher_only"), False,
    )  # fmt: skip
    made = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=signs_others, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
        .add_extension(
            x509.KeyUsage(
                digital_signature=not signs_others,
                key_cert_sign=signs_others,
                crl_sign=signs_others,
                **usage,
            ),
            critical=True,
        )
    )
    if not signs_others:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        made = made.add_extension(purpose, critical=True)
    return made.sign(issuer_key, hashes.SHA256()).public_bytes(PEM)


def private(key) -> bytes:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(PEM, form, serialization.NoEncryption())


@dataclass(frozen=True)
class Keys:
    folder: Path

    def options(self, key: str = "key.pem", chain: str = "chain.pem") -> tuple[str, ...]:
        names = (str(self.folder / key), str(self.folder / chain))
        return ("--c2pa-key", names[0], "--c2pa-certificate", names[1])


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    folder = tmp_path_factory.mktemp("keys")
    root, own, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    above = certificate("Root", root, "Root", root, signs_others=True)
    for stem, key in (("key", own), ("other", other), ("ed", ed25519.Ed25519PrivateKey.generate())):
        (folder / f"{stem}.pem").write_bytes(private(key))
        chain = certificate("小雨", key, "Root", root, signs_others=False) + above
        (folder / f"{stem}-chain.pem").write_bytes(chain)
    (folder / "key-chain.pem").rename(folder / "chain.pem")
    (folder / "past.pem").write_bytes(
        certificate("Past", own, "Root", root, signs_others=False, days=-1) + above
    )
    (folder / "text.pem").write_text("no key")
    return Keys(folder)


SCRIPT = """\
glmtts: 1
title: 试
voices: {A: xiaoyu}
output: {formats: [mp3, m4a, opus, wav, flac]}
segments: [{A: 大家好。}]
"""


def test_what_can_be_signed_is_and_a_changed_file_does_not_hold(
    keys: Keys, glmtts: Glmtts, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text(SCRIPT, encoding="utf-8")
    done = glmtts("render", "a.yaml", "-o", "out", *keys.options())
    assert "opus files cannot be signed" in done.stderr
    files = [tmp_path / "out" / f"a.{form}" for form in TYPES]
    for path in files:
        with c2pa.Reader(str(path)) as reader:  # the library's own, and nothing of ours
            found = json.loads(reader.json())
        assert found["validation_state"] == "Valid"
        (manifest,) = found["manifests"].values()
        assert [one["title"] for one in manifest["ingredients"]] == ["a.yaml", "voice xiaoyu"]
        assert SOURCE_TYPE in json.dumps(manifest)
        assert json.loads(by_mutagen(path))["Label"] == "1"  # and the label is still there
        signature = read_signature(path)
        assert signature is not None
        assert (signature.valid, signature.signer) == (True, "小雨, Test Station")
        data = bytearray(path.read_bytes())
        data[len(data) * 2 // 3] ^= 1
        changed = path.with_name(f"changed.{path.name}")
        changed.write_bytes(data)
        broken = read_signature(changed)
        assert broken is not None
        assert not broken.valid
        assert any("Hash.mismatch" in problem for problem in broken.problems)
    assert read_signature(tmp_path / "out" / "a.opus") is None

    told = json.loads(glmtts("verify", "--json", *map(str, files)).stdout)
    assert told["ok"]
    assert told["files"][0]["c2pa"]["source_type"] == SOURCE_TYPE
    changed = str(files[0].with_name(f"changed.{files[0].name}"))
    assert "does not hold" in glmtts("verify", changed, code=1).stdout


def test_the_key_is_nowhere_in_what_is_made(keys: Keys, glmtts: Glmtts, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SCRIPT, encoding="utf-8")
    done = glmtts("render", "a.yaml", "-o", "out", *keys.options())
    secret = (keys.folder / "key.pem").read_text().splitlines()[1]
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) > 10
    assert [path for path in written if secret.encode() in path.read_bytes()] == []
    assert secret not in done.stdout + done.stderr
    (log,) = (tmp_path / "home").rglob("made-*.jsonl")
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    signed = {Path(line["file"]).suffix: line["signed"] for line in lines}
    assert signed == {".mp3": True, ".m4a": True, ".opus": False, ".wav": True, ".flac": True}


@pytest.mark.parametrize(
    ("disclosure", "signed"), [("cn", {"a.wav"}), ("none: a test", set[str]())]
)
def test_the_log_calls_signed_what_is(
    disclosure: str, signed: set[str], keys: Keys, glmtts: Glmtts, tmp_path: Path
) -> None:
    script = SCRIPT.replace("[mp3, m4a, opus, wav, flac]", "[wav, opus], stems: yes")
    (tmp_path / "a.yaml").write_text(script, encoding="utf-8")
    told = ("--disclosure", disclosure, *keys.options())
    glmtts("render", "a.yaml", "-o", "out", *told)
    (log,) = (tmp_path / "home").rglob("made-*.jsonl")
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert {Path(line["file"]).name for line in lines} == {"a.wav", "a.opus", "1-A.wav"}
    assert {Path(line["file"]).name for line in lines if line["signed"]} == signed
    assert [line["signed"] for line in lines] == [
        read_signature(Path(line["file"])) is not None for line in lines
    ]


def test_other_algorithms_and_ways_sign_too(
    keys: Keys, glmtts: Glmtts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GLMTTS_C2PA_KEY", str(keys.folder / "ed.pem"))
    monkeypatch.setenv("GLMTTS_C2PA_CERTIFICATE", str(keys.folder / "ed-chain.pem"))
    glmtts("say", "好。", "-o", "a.mp3")
    (tmp_path / "t.jsonl").write_text('{"output_name": "c", "input_text": "好。"}\n', "utf-8")
    glmtts("batch", "t.jsonl", "-o", ".")
    for name in ("a.mp3", "c.wav"):
        signature = read_signature(tmp_path / name)
        assert signature is not None
        assert signature.valid


WRONG = [
    ("key.pem", "nowhere.pem", "--c2pa-certificate", "There is no file"),
    ("nowhere.pem", "chain.pem", "--c2pa-key", "There is no file"),
    ("text.pem", "chain.pem", "--c2pa-key", "is no PEM file of a private key"),
    ("key.pem", "text.pem", "--c2pa-certificate", "is no PEM file of a certificate"),
    ("other.pem", "chain.pem", "--c2pa-key", "This key does not sign for chain.pem"),
    ("key.pem", "past.pem", "--c2pa-key", "This key does not sign for past.pem"),
    ("ed.pem", "chain.pem", "--c2pa-key", "This key does not sign for chain.pem"),
]


@pytest.mark.parametrize(("key", "chain", "place", "told"), WRONG)
def test_what_cannot_sign_is_told_before_anything_is_spoken(
    key: str, chain: str, place: str, told: str, keys: Keys, glmtts: Glmtts, tmp_path: Path
) -> None:
    done = glmtts("say", "好。", "-o", "a.mp3", *keys.options(key, chain), code=2)
    assert done.stderr.startswith(f"{place}: ")
    assert told in done.stderr
    assert not (tmp_path / "a.mp3").exists()


BOTH = ("--c2pa-key", "--c2pa-certificate")


@pytest.mark.parametrize(("option", "place"), [BOTH, BOTH[::-1]])
def test_one_of_the_two_is_not_enough(option: str, place: str, keys: Keys, glmtts: Glmtts) -> None:
    told = glmtts("say", "好。", option, str(keys.folder / "key.pem"), code=2).stderr
    assert told.startswith(f"{place}: {option} is given alone.")
