# ruff: noqa: E501 - a pattern is read as one line
"""What a dash, tilde or colon between two quantities of a Chinese sentence is -> 到, 比, 减, nothing.

A sign of its own (minus) needs a left context that allows one; everything else between two
quantities is a range, unless the words around say that it is a score, a sum or part of a name.
"""

from __future__ import annotations

import re

from ..numerals import roman, zh_cardinal, zh_digits, zh_number
from ..rules import Match, Rule, Rules
from ..style import Style
from .patterns import COUNTED, DASH, NUMBER, YEAR, nothing, to

_SCORED = (
    "比分|比数|总分|大比分|战成|打成|踢成|扳成|追成|决赛|半场|首局|次局|比赛|首战|末节|总比分|大胜|险胜|惜败|完胜|横扫|"
    "击败|战胜|战平|不敌|力克|胜|负|主队|客队|队|落后|领先|总决赛|常规时间|点球|球|局|盘"
)
_SCORES = (
    "落败|惨败|败给|败北|晋级|出局|不敌|力克|大败|完败|战胜|击败|负于|战平|大胜|险胜|惜败|完胜|横扫|领先|落后|逆转|击溃|淘汰|告负|取胜|获胜|战(?!略|争|士)|"
    "胜|拿下|绝杀|平局|大比分|小胜|轻取|力压|输|赢|负|告捷|复仇|、\\d{1,2}-\\d| \\d-\\d"
)
_TEAMS = "勇士|湖人|国安|申花|皇马|巴萨|曼城|曼联|利物浦|阿森纳|切尔西|热火|雄鹿|火箭|马刺|凯尔特人|独行侠|掘金|太阳|快船|恒大|泰山|国足|女排|男篮|女足|日本|韩国|巴西|阿根廷|德国|法国|西班牙|英格兰|意大利|拜仁|多特|米兰|国米|尤文"
_SUFFIX = "章节集页回卷期楼层座栋区班组级岁年月日号时点分秒元块万亿千百斤米里克升度周题条款轮场课站线排列室码倍折次天人份届代字个角毛平公寸吨厘名段步次%‰℃°CF小枚辆件台户人页斤两亩间"
"""What a quantity may end in before a sign that can only be a range."""
_NEGATIVE = r"(?:^|[\s，。！？；：、,.!?;:(（【\[《“\"‘'=<>≤≥≈+×÷*/|]|[是为到至达在于约降跌涨率值额温度润差损亏得比从由减加乘余存率拔标利速位算数负正仅低高分])"
"""What may stand before a minus."""
_COLD = "气温|温度|今天|今夜|明天|昨天|夜间|白天|最低|最高|最低温|最高温|低温|高温|室外|户外|冷库|降至|降到|跌到|跌至|冰点|体感|当地|零度|清晨|早晨|凌晨|低至|保持|是|达|在|至|到"


def _score(match: Match, style: Style) -> str:
    return f"{match['before']}{zh_number(match[2])}比{zh_number(match[3])}"


def _scores(match: Match, style: Style) -> str | None:
    times = re.fullmatch(r"(?:\D*(?:[01]?\d|2[0-3])[:：][0-5]\d)+", match[0])
    if times and not re.match(rf"\s?(?:{_SCORES})", match.string[match.end() : match.end() + 6]):
        return None
    return re.sub(
        r"(\d+)\s?[-:：–]\s?(\d+)", lambda m: f"{zh_number(m[1])}比{zh_number(m[2])}", match[0]
    )


def _ratio(match: Match, style: Style) -> str:
    return "比".join(zh_number(part) for part in re.split(r"\s*[:：]\s*", match[0]))


def _less(match: Match, style: Style) -> str:
    return f"{zh_number(match[1])}减{zh_number(match[2])}"


def _countdown(match: Match, style: Style) -> str:
    return "，".join(zh_digits(digit) for digit in match[0].split("-"))


def _same_series(match: Match, style: Style) -> str:
    """A1-A4, S1-S3, 1F-3F, 1#-5#: a range of one series."""
    return "到"


def _romans(match: Match, style: Style) -> str | None:
    first, last = roman(match[1]), roman(match[2])
    if not first or not last or first >= last:
        return None
    return f"{zh_cardinal(str(first))}到{zh_cardinal(str(last))}"


def _plain(match: Match, style: Style) -> str:
    """Nothing follows: only the numbers tell."""
    first, last = match[1], match[3]
    falls = (
        "." not in first
        and len(first) < 4
        and match["sign"].strip() in "-–—"
        and int(first) > int(last)
    )
    return f"{zh_number(first)}{'比' if falls else '到'}{zh_number(last)}"


SCORES: Rules = (
    Rule(
        r"(?<![\d.A-Za-z-])(\d)(?:-\d){2,9}(?![\d-])",
        _countdown,
        unless="[码号表图型章室栋为是：: ]",
        needs="-",
    ),
    Rule(
        rf"(?<![\d.A-Za-z-])({NUMBER})\s?-\s?({NUMBER})(?=等于|是多少|得多少|得几|=)",
        _less,
        needs="-",
    ),
    Rule(
        rf"(满{NUMBER})[-－]({NUMBER})(?![天个到至])",
        lambda m, s: f"满{zh_number(m[1][1:])}减{zh_number(m[2])}",
        needs="满",
    ),
    Rule(
        rf"(?<![\d.])({NUMBER})-({NUMBER})(?=的?(?:优惠券|券|满减|红包|活动券))", _less, needs="-"
    ),
    Rule(
        rf"(?P<before>(?:{_SCORED})[^\d\s。：:]{{0,3}}[以为是：:]?\s?)(\d{{1,3}})\s?[-–:：]\s?(\d{{1,3}})(?![\d:.]|{DASH}\d|[%岁天年月日号元章节集页楼层米个万亿人名小分秒])",
        _score,
        needs="-:–：",
    ),
    Rule(
        rf"(?<![\d:.A-Za-z-])(?P<before>)(\d{{1,3}})\s?[-–:：]\s?(\d{{1,3}})(?![\d:.])(?=\s?(?:{_SCORES}|{_TEAMS}))",
        _score,
        needs="-:–：",
    ),
    Rule(
        r"(?<=[\u4e00-\u9fff])(?P<before>)(\d{1,3})\s?[-–]\s?(\d{1,3})(?![\d:.-])",
        _score,
        after=rf"(?:{_TEAMS}|勇士队|队|爆冷|[以])",
        needs="-–",
    ),
    Rule(
        r"(?<![\d:.-])\d{1,2}[-–:：]\d{1,2}(?:[、，, ]\s?\d{1,2}[-–:：]\d{1,2}){1,6}(?![\d:.%元岁天-])",
        _scores,
        "P302",
        needs="-:–：",
    ),
    Rule(
        r"(?<![\d:.])(\d{1,2})[:：](\d{1,2})(?=[、，]\s?[零一二三四五六七八九十]+比)",
        lambda m, s: f"{zh_number(m[1])}比{zh_number(m[2])}",
        needs="比",
    ),
    Rule(
        r"(?P<before>(?:比例尺?|比率|之比|男女比|师生比|配比|赔率|汇率|按|比)(?:[为是约]|大约|[^\d\s，。：:]{1,5}[是为])?\s?)(\d{1,6}(?:\.\d{1,3})?)\s?[:：]\s?(\d{1,6}(?:\.\d{1,3})?)(?![\d:：.])",
        _score,
        needs=":：",
    ),
)

SEPARATORS: Rules = (
    Rule(rf"(?<![A-Za-z])([IVX]{{1,5}})(?:{DASH})([IVX]{{1,5}})(?![A-Za-z])", _romans, needs="IVX"),
    Rule(
        rf"({NUMBER})\s?[:：]\s?({NUMBER})(?:{DASH}|[至到])({NUMBER})\s?[:：]\s?({NUMBER})(?![\d:])",
        lambda m, s: f"{zh_number(m[1])}比{zh_number(m[2])}到{zh_number(m[3])}比{zh_number(m[4])}",
        needs=":：",
    ),
    Rule(
        rf"(?<=\d)(?:{DASH})(?=[A-Z]{{1,2}}\d)",
        _same_series,
        after=r"(?<![A-Za-z])[A-Z]{1,2}\d{1,4}",
        needs="-~–—―〜～",
    ),
    Rule(
        rf"(?<=[A-Z\u4e00-\u9fff])(?:{DASH})(?=[A-Z][\u4e00-\u9fff])",
        to,
        after=r"(?<![A-Za-z])[A-Z][座区栋口馆厅组级类型]",
        needs="-~–—―〜～",
    ),
    Rule(
        r"(?<=[A-Z])[-–—~～](?=[A-Z](?:两点|之间|区|座|段|级|类|间))",
        to,
        after=r"(?<![A-Za-z])[A-Z]",
        needs="-~–—～",
    ),
    Rule(rf"(?<=[#号F])(?:{DASH})(?=\d+[#号F])", to, after=r"\d[#号F]", needs="#F号"),
    Rule(rf"(?<=[kKMGBWwTt])(?:{DASH})(?=\$?\d)", to, after=r"\d[kKMGBWwTt]", needs="-~–—―〜～"),
    Rule(r"(?<=[A-Za-z])\.(?=\d+(?:[-–—~～])[A-Za-z]{1,3}\.?\d)", nothing, needs="."),
    Rule(
        rf"(?:{DASH})(?=[A-Za-z]{{1,3}}\.?\d)",
        to,
        after=r"(?:Lv|lv|LV|EP|Ep|S|E|P|G|V|v|T|A|B|C|D|Q)\.?\d{1,3}",
        needs="-~–—―〜～",
    ),
    Rule(
        rf"(?:{DASH})(?=[A-Za-zμ°℃]{{0,5}}第?[-+]?(?:[$¥€£￥]|[A-Z]{{1,2}}\$)?\.?\d)",
        to,
        after=r"\d\s?(?:[A-Za-zμ°℃Ω²³%‰′″'\"]|[mkMG]?Hz|[a-zA-Z]{1,4}/[a-zA-Z]{1,4}|mmHg|°C|mm|cm|km|kg|ml|mL|mg|dB|MPa)",
        needs="-~–—―〜～",
    ),
    Rule(
        rf"(?:{DASH})(?=第?(?:\d|[一二三四五六七八九十])|[-$¥€£￥]\d)(?!.\d{{4}}年)",
        to,
        after=rf"(?:\d|[零一二三四五六七八九十两百千万亿])\s?(?:[{_SUFFIX}]|年级|年代|小时|分钟|公里|厘米|毫米|美元|欧元|英镑|千克|公斤|摄氏度|个月|[以之]?上)",
        needs="-~–—―〜～",
    ),
    Rule(
        rf"(?:{DASH})(?=[-+]?(?:第|[$¥€£￥])?(?:\d|[零一二三四五六七八九十两负]))",
        to,
        after=r"[零一二三四五六七八九十百千万亿][零一二三四五六七八九十百千万亿点]*(?:年|月|日|号|点|点半|分|秒|时|元|度)",
        needs="-~–—―〜～",
    ),
    Rule(
        rf"(?<=[点半分时])(?:{DASH})(?=[次晚早下上中凌傍]|第二天|翌日|深夜)", to, needs="分半时点"
    ),
    Rule(rf"(?<=[年月日末初底中旬])(?:{DASH})(?=[次今明翌本同第]|\d)", to, needs="-~–—―〜～"),
    Rule(
        rf"(?<=[周期拜])([一二三四五六日天末\d])(?:{DASH})(?=(?:周|星期|礼拜)[一二三四五六日天\d])",
        lambda m, s: (zh_cardinal(m[1]) if m[1].isdigit() else m[1]) + "到",
        needs="周拜期",
    ),
    Rule(
        rf"(?<=[周期拜])([一二三四五六])(?:{DASH})(?=[二三四五六日天](?![\u4e00-\u9fff]*[-–]))",
        lambda m, s: m[1] + "到",
        needs="周拜期",
    ),
    Rule(
        rf"(?<=[一二三四五六七八九十])(?:{DASH})(?=[一二三四五六七八九十])",
        to,
        after=r"初[一二三四五六七八九十]|[一二三四五六七八九十]",
        needs="-~–—―〜～",
    ),
    Rule(
        rf"(?:{DASH})(?=初[一二三四五六七八九十\d]|初)",
        to,
        after=r"初[一二三四五六七八九十]+",
        needs="初",
    ),
    Rule(
        r"((?:表|图|式|公式|例|附录|附表|附图|算法|定理|引理|习题)[（(]?)(\d{1,2})[-–](\d{1,2})(?![\d.]|[天个年月])",
        lambda m, s: f"{m[1]}{zh_cardinal(m[2])}杠{zh_cardinal(m[3])}",
        needs="-–",
    ),
    Rule(
        r"(?<![\d.])(\d)-(\d{1,2})(?=班)",
        lambda m, s: f"{zh_cardinal(m[1])}{zh_cardinal(m[2])}",
        needs="-",
    ),
    Rule(
        rf"(?<![\d.,A-Za-z])({YEAR})(?P<sign>{DASH})({YEAR})(?![\d.,])(?=[^\d元人个千公米块万亿]|$)",
        lambda m, s: f"{zh_digits(m[1])}到{zh_digits(m[3])}",
        needs="-~–—―〜～",
    ),
    Rule(
        rf"(?<![\d.,A-Za-z])(\d{{1,25}}(?:\.\d+)?)(?P<sign>{DASH})(\d{{1,25}})(?!\d|\.\d|{DASH}\d|[%‰]|[kKMWw](?![A-Za-z]))(?=\s?[A-Za-zμ°℃\u4e00-\u9fff]|[^\d.]|$)(?=$|\s(?![A-Za-z°μ])|[，。！？；：、,.!?;:()（）”》\]】])",
        _plain,
        "P302",
        unless=r"[A-Za-z]-?|[$¥€£￥]",
        needs="-~–—―〜～",
    ),
    Rule(
        r"(?<![\d.,A-Za-z])(\d{1,3})(?P<sign>\s?[-–]\s?)(\d{1,3})(?![\d.%])(?=\s?[A-Za-z]{3,})",
        _plain,
        "P302",
        needs="-–",
    ),
    Rule(
        rf"(?<=\d)(?:{DASH})(?={NUMBER}\s?(?:[多余来几]?(?:{COUNTED})|[{_SUFFIX}A-Za-zμ]|%|‰|[百千万亿]|年级|个))",
        to,
        unless=r"[A-Za-z]-?\d+(?:\.\d+)?",
        needs="-~–—―〜～",
    ),
    Rule(
        rf"(?<=\d)(?:{DASH})(?=[-$¥€£￥]?\.?\d)",
        to,
        "P302",
        unless=r"[A-Za-z]-?\d+(?:\.\d+)?",
        needs="-~–—―〜～",
    ),
)


NEGATIVES: Rules = (
    Rule(
        rf"-(?={NUMBER}(?:[到至]-?{NUMBER})?\s?(?:°|度))",
        lambda m, s: "零下",
        after=rf"{_NEGATIVE}|{_COLD}",
        unless="角|纬|经|偏|转|旋转|角度",
        needs="-",
    ),
    Rule(r"[-－](?=\d+(?:\.\d+)?(?:[万亿%‰℃]|°[CF]))", lambda m, s: "负", needs="-－"),
    Rule(r"-(?=百分之)", lambda m, s: "负", needs="-"),
    Rule(r"-(?=\d)", lambda m, s: "负", "P302", after=_NEGATIVE, unless=r"[A-Za-z]\s?", needs="-"),
    Rule(r"-(?=\d)", nothing, "P302", after=r"[\u4e00-\u9fff]", needs="-"),
    Rule(rf"(?<![\dA-Za-z])\+(?=\d)(?!{NUMBER}\s?[%‰])", lambda m, s: "加", needs="+"),
)
"""After the ranges: what is a minus, and what a hyphen."""

RATIOS: Rules = (
    Rule(
        r"(?<![\d.])\d+(?:\.\d+)?(?:\s?[:：]\s?\d+(?:\.\d+)?){1,20}(?![\d.])",
        _ratio,
        "P305",
        needs=":：",
    ),
)
