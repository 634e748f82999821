"""Any spelling of Mandarin syllables -> numbered pinyin (`hang2`, ü as v, 5 neutral), and back."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator

from ....documents.findings import UnfitError
from ....messages import Message
from ....mistakes import nearest

_INITIALS = (
    "b p m f d t n l g k h j q x zh ch sh r z c s".split()  # noqa: SIM905 - it is a table
)

_BY_INITIAL = """
- a ai an ang ao e ei en eng er o ou yi ya yan yang yao ye yin ying yo yong you
- wu wa wai wan wang wei wen weng wo yu yue yuan yun yai m n ng hm hng
b a ai an ang ao ei en eng i ian iao ie in ing o u
p a ai an ang ao ei en eng i ian iao ie in ing o ou u
m a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u
f a an ang ei en eng o ou u iao
d a ai an ang ao e ei en eng i ia ian iao ie ing iu ong ou u uan ui un uo
t a ai an ang ao e ei eng i ian iao ie ing ong ou u uan ui un uo
n a ai an ang ao e ei en eng i ia ian iang iao ie in ing iu ong ou u uan un uo v ve
l a ai an ang ao e ei eng i ia ian iang iao ie in ing iu o ong ou u uan un uo v ve
g a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo
k a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo
h a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo
j i ia ian iang iao ie in ing iong iu u ue uan un
q i ia ian iang iao ie in ing iong iu u ue uan un
x i ia ian iang iao ie in ing iong iu u ue uan un
zh a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo
ch a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo
sh a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo
r an ang ao e en eng i ong ou u ua uan ui un uo
z a ai an ang ao e ei en eng i ong ou u uan ui un uo
c a ai an ang ao e ei en eng i ong ou u uan ui un uo
s a ai an ang ao e en eng i ong ou u uan ui un uo
"""


@functools.cache
def syllables() -> frozenset[str]:
    """All syllables without tones, ü as v; the few that only dialects and onomatopoeia use too."""
    found = {"biang", "bong", "cei", "den", "dia", "din", "eng", "fiao", "kei", "len", "wong"}
    for line in _BY_INITIAL.strip().splitlines():
        initial, *finals = line.split()
        found.update(finals if initial == "-" else (initial + final for final in finals))
    return frozenset(found)


_SYLLABIC = frozenset({"m", "n", "ng", "hm", "hng"})
_MARKS = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0306": "3", "\u0300": "4"}
_TOKEN = re.compile(r"<\|([A-Z^]+)([1-5]?)\|>")


def parse(text: str) -> tuple[str, ...]:
    """Numbered syllables of a reading in any usual spelling.

    Tone marks (`zhòng`), numbers (`zhong4`, `zhong_4`, `ZHONG4`), brackets (`(chu3)(li3)`), GLM-TTS
    tokens (`<|ZH|><|ONG4|>`), ü as ü, v or u:, several syllables apart or run together. No tone
    means the neutral one. Raises ValueError that says what is wrong, with the nearest syllable.
    """
    if "<|" in text:
        return _from_tokens(text)
    plain = unicodedata.normalize("NFKC", text).casefold().replace("'", " ").replace("’", " ")
    plain = plain.replace("u:", "v").replace("·", "")
    found: list[str] = []
    for chunk in re.split(r"[\s()\[\]{}/,.\-|]+", plain):
        if chunk:
            found.extend(_split_chunk(chunk, text))
    if not found:
        raise UnfitError(Message('"{}" holds no reading.', text))
    return tuple(found)


def marked(reading: str) -> str:
    """`hang2` -> `háng`."""
    base, tone = reading[:-1].replace("v", "ü"), reading[-1]
    if tone == "5":
        return base
    for vowel in ("a", "e", "o", "iu", "i", "u", "ü", "n", "m"):
        place = base.find(vowel)
        if place >= 0:
            break
    place += len(vowel) - 1
    mark = next(mark for mark, digit in _MARKS.items() if digit == tone)
    return unicodedata.normalize("NFC", base[: place + 1] + mark + base[place + 1 :])


SPELLINGS = ("marks", "numbers", "bopomofo")


def spelled(reading: str, spelling: str) -> str:
    """Numbered pinyin in one of SPELLINGS, as pypinyin writes them: `lv4`, `lǜ`, `ㄌㄩˋ`."""
    if spelling == "numbers" or not reading:
        return reading
    if spelling == "marks":
        return marked(reading)
    from pypinyin import Style
    from pypinyin.style import convert

    return str(convert(marked(reading), Style.BOPOMOFO, strict=False))


def _split_chunk(chunk: str, whole: str) -> Iterator[str]:
    """Syllables of one run of letters, digits and tone marks."""
    pieces = re.findall(r"[^\d_]+_?[0-5]?", chunk)
    if "".join(pieces) != chunk:
        raise UnfitError(Message('"{}" is no pinyin.', whole))
    for piece in pieces:
        letters, digit = re.match(r"([^\d_]+)_?(\d?)", piece).groups()  # type: ignore[union-attr]
        letters, tones = _without_marks(letters)
        parts = _segment(letters, tuple(at for at, _ in tones))
        if parts is None:
            what = Message('"{}" is no pinyin syllable.', letters)
            raise UnfitError(what, nearest(letters, syllables()))
        start = 0
        for part in parts:
            inside = [tone for at, tone in tones if start <= at < start + len(part)]
            start += len(part)
            if part == "r":  # huār: the retroflex ending is the 儿 that is written
                yield "er5"
                continue
            last = start >= len(letters.removesuffix("r")) and digit
            if inside and last:
                raise UnfitError(Message('"{}" has two tones in one syllable.', piece))
            yield part + (inside[0] if inside else (last or "5").replace("0", "5"))


def _without_marks(letters: str) -> tuple[str, list[tuple[int, str]]]:
    """Bare letters with ü as v and ê as e, and (index, tone) for each tone mark."""
    bare, tones = "", []
    for char in unicodedata.normalize("NFD", letters):
        if char in _MARKS:
            tones.append((len(bare) - 1, _MARKS[char]))
        elif char == "\u0308":
            bare = bare[:-1] + "v"
        elif char == "\u0302":  # ê, which only 欸 has; it is said ei
            bare += "i"
        else:
            bare += char
    spelled = re.sub(r"(?<=[jqxy])v", "u", bare)
    return re.sub(r"(?<=[ln])ue", "ve", spelled), tones


@functools.lru_cache(maxsize=4096)
def _segment(letters: str, toned: tuple[int, ...]) -> tuple[str, ...] | None:
    """The fewest syllables that spell `letters`, each with one tone mark at most, or None.

    toned: indices of the letters that carry a mark.
    """
    if letters in syllables():
        whole: tuple[str, ...] = (letters,)
        return whole if len(toned) < 2 else _split(letters, toned)
    return _split(letters, toned)


def _split(letters: str, toned: tuple[int, ...]) -> tuple[str, ...] | None:
    best: list[tuple[str, ...] | None] = [()] + [None] * len(letters)
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - 6), end):
            before, part = best[start], letters[start:end]
            known = (part in syllables() and part not in _SYLLABIC) or (
                part == "r" and end == len(letters) and bool(before)
            )
            if before is None or not known or sum(start <= at < end for at in toned) > 1:
                continue
            now = best[end]
            if now is None or len(before) + 1 < len(now):
                best[end] = (*before, part)
    return best[-1]


# --- GLM-TTS tokens ------------------------------------------------------------------------------

_WITHOUT_INITIAL = {
    "yi": "I", "ya": "IA", "yan": "IAN", "yang": "IANG", "yao": "IAO", "ye": "IE", "yin": "IN",
    "ying": "ING", "yo": "IO", "yong": "IONG", "you": "IOU", "yai": "IAI", "wu": "U", "wa": "UA",
    "wai": "UAI", "wan": "UAN", "wang": "UANG", "wei": "UEI", "wen": "UEN", "weng": "UENG",
    "wo": "UO", "yu": "V", "yue": "VE", "yuan": "VAN", "yun": "VN",
    "m": "EN", "n": "EN", "ng": "EN", "hm": "EN", "hng": "ENG",
}  # fmt: skip
_SHORT_FINALS = {"IU": "IOU", "UI": "UEI", "UN": "UEN"}


def tokens(reading: str) -> tuple[str, ...]:
    """Names of the GLM-TTS phoneme tokens of numbered pinyin: `zhi1` -> ("ZH", "III1").

    The names follow the inventory of the released checkpoint (zai-org/GLM-TTS,
    configs/G2P_all_phonemes.json); 嗯 and the other syllabic nasals become EN, as it has none.
    """
    base, tone = reading[:-1], reading[-1]
    if base in _WITHOUT_INITIAL:
        head = ("H",) if base in {"hm", "hng"} else ()
        return (*head, _WITHOUT_INITIAL[base] + tone)
    initial = next((i for i in sorted(_INITIALS, key=len, reverse=True) if base.startswith(i)), "")
    final = base[len(initial) :].upper()
    if final == "I" and initial in {"zh", "ch", "sh", "r"}:
        final = "III"
    elif final == "I" and initial in {"z", "c", "s"}:
        final = "II"
    elif initial in {"j", "q", "x"} and final.startswith("U"):
        final = "V" + final[1:]
    else:
        final = _SHORT_FINALS.get(final, final)
    return (initial.upper(), final + tone) if initial else (final + tone,)


@functools.cache
def _by_tokens() -> dict[tuple[str, ...], str]:
    """Token names with tone 1 -> the syllable they spell."""
    table: dict[tuple[str, ...], str] = {}
    for base in sorted(syllables() - _SYLLABIC):
        table.setdefault(tokens(base + "1"), base)
    return table


def _from_tokens(text: str) -> tuple[str, ...]:
    if _TOKEN.sub("", text).strip():
        raise UnfitError(Message('"{}" mixes phoneme tokens with something else.', text))
    found: list[str] = []
    initial = ""
    for name, tone in _TOKEN.findall(text):
        if not tone:
            if initial:
                raise UnfitError(Message("<|{}|> is not followed by a final.", initial))
            initial = name
            continue
        key = (initial, name + "1") if initial else (name + "1",)
        base = _by_tokens().get(key)
        if base is None:
            raise UnfitError(Message('"{}" is no syllable in phoneme tokens.', "".join(key)[:-1]))
        found.append(base + tone)
        initial = ""
    if initial:
        raise UnfitError(Message("<|{}|> is not followed by a final.", initial))
    return tuple(found)
