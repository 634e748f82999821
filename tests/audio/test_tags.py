"""Pictures for covers and chapters: what is taken, and what people are told about the rest."""

import io

import numpy as np
import pytest
from comfyui_glmtts.audio.limits import PICTURE_BYTES
from comfyui_glmtts.audio.tags import read_picture
from comfyui_glmtts.mistakes import InputError, Place
from PIL import Image

PLACE = Place("episode.yaml", 7, 10)


def picture(kind, size=(320, 200), mode="RGB"):
    noise = np.random.default_rng(0).integers(0, 255, (size[1], size[0], 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).convert(mode).save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize(
    ("kind", "mode", "type_"),
    [
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "L", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("PNG", "RGB", "image/png"),
        ("PNG", "RGBA", "image/png"),
        ("PNG", "P", "image/png"),
    ],
)
def test_a_picture_is_known_by_its_bytes_not_its_name(tmp_path, kind, mode, type_):
    path = tmp_path / "封面.picture"
    path.write_bytes(picture(kind, mode=mode))
    read = read_picture(path, PLACE)
    assert (read.type, read.width, read.height) == (type_, 320, 200)
    assert read.data == path.read_bytes()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "no JPEG or PNG"),
        (b"just text", "no JPEG or PNG"),
        (picture("GIF"), "no JPEG or PNG"),
        (picture("WEBP"), "no JPEG or PNG"),
        (picture("JPEG")[:9000], "damaged"),
        (picture("PNG")[:9000], "damaged"),
        (picture("PNG", (4097, 2)), "4097 x 2 pixels"),
        (picture("JPEG")[:100], "damaged"),
        (picture("JPEG").ljust(PICTURE_BYTES + 1, b"\0"), "larger than 5 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_what_cannot_be_a_cover_is_told_with_place_and_remedy(tmp_path, data, what):
    path = tmp_path / "cover.jpg"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_picture(path, PLACE)
    (mistake,) = caught.value.mistakes
    assert mistake.place == PLACE
    assert "cover.jpg" in mistake.what
    assert what in mistake.what
    assert mistake.remedy


def test_a_missing_picture_and_a_folder_are_told_too(tmp_path):
    for path in (tmp_path / "absent.png", tmp_path):
        with pytest.raises(InputError, match=r"episode\.yaml:7:10: .*cannot be read.*JPEG or PNG"):
            read_picture(path, PLACE)
