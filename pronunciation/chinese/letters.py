"""Letters with digits in a Chinese sentence (H.265, 5G, v1.2, 985高校) -> words."""

from __future__ import annotations

from ..numerals import zh_cardinal, zh_digits, zh_number
from ..style import Style
from .rule import Match, Rules


def _model(match: Match, style: Style) -> str:
    """H.265, A380, GPT-4, iPhone 15: up to two digits are a number, more a row of digits."""
    letters, number = match[1], match[2]
    return letters.rstrip(" -").replace(".", "点") + model_number(number)


def model_number(number: str) -> str:
    """15 -> 十五, 380 -> 三八零, 3.11 -> 三点一一."""
    whole, point, rest = number.partition(".")
    said = zh_digits(whole) if len(whole) > 2 or whole.startswith("0") else zh_cardinal(whole)
    return said + "".join("点" + zh_digits(part) for part in rest.split(".") if point)


def _letters_dot(match: Match, style: Style) -> str:
    return f"{match[1]}点{zh_digits(match[2])}"


def _version(match: Match, style: Style) -> str:
    parts = match[2].split(".")
    said = [
        zh_cardinal(p) if (len(p) < 3 and p[0] != "0") or p == "0" else zh_digits(p) for p in parts
    ]
    return match[1] + "点".join(said)


def _digits_letters(match: Match, style: Style) -> str:
    """5G, 4K, 1080P."""
    return model_number(match[1]) + match[2]


def _festival(match: Match, style: Style) -> str:
    return zh_digits(match[1], "幺" if match[1] == "114" else "一") + match[2]


LETTERS: Rules = (
    (r"(?i)(?<![A-Za-z])(top\s?)(\d{1,5})(?![\d.])", lambda m, s: m[1] + zh_number(m[2])),
    (r"(?<![A-Za-z0-9])([Vv]|[Vv]er\.?\s?|[Vv]ersion\s?)(\d+(?:\.\d+){0,4})(?![\d])", _version),
    (r"([A-Za-z])\.(\d+)(?![\d.])", _letters_dot),
    (
        r"(?<![\d.A-Za-z])(211|985|315|618|911|996|360|163|126|404|500|502|1024)(?=[”’』\"]?(?:高校|工程|院校|大学|晚会|事件|大促|购物节|工作制|恐怖|杀毒|邮箱|错误|消费者)|[和、/]?211)()",
        _festival,
    ),
    (r"(波音|空客|歼|轰|麦道|型号|东风)-?(\d{3})(?!\d)", lambda m, s: m[1] + zh_digits(m[2])),
    (
        r"([A-Za-z][\s-]?)(\d+(?:\.\d+){0,20})(?:-(?=\d))?(?![\d])(?!\s?(?:个|位|名|元|次|年|月|日|天|人|岁|倍|小时|分钟|秒))",
        _model,
    ),
    (r"(?<![\d.])(\d+(?:\.\d+)?)([A-Za-z]+)", _digits_letters),
    (
        r"(?<![\d.])\d+(?:\.\d+){2,}(?!\d)",
        lambda m, s: "点".join(zh_cardinal(p) for p in m[0].split(".")),
    ),
    (
        r"双(\d{2})(?!\d)",
        lambda m, s: (
            "双" + ("十一" if m[1] == "11" else "十二" if m[1] == "12" else zh_cardinal(m[1]))
        ),
    ),
)
