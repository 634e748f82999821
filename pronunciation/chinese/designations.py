# ruff: noqa: E501 - a pattern is read as one line
"""Numbers that are names in a Chinese sentence (731部队, 985高校, 9·18事变, 波音747) -> digits."""

from __future__ import annotations

import re

from ..numerals import zh_cardinal, zh_digits
from ..rules import Match, Rule, Rules
from ..style import Style
from .letters import model_number

_NAMES: dict[str, str] = {
    "58": "同城|到家|速运|赶集",
    "360": "安全|杀毒|公司|浏览器|搜索|软件|集团|手机|卫士|手表|借条|金融|创始人|董事长|周鸿祎|数科|智脑|助手|游戏|云盘|企业|老板",
    "163": "邮箱|网|\\.com", "126": "邮箱", "139": "邮箱", "189": "邮箱", "263": "邮箱|网",
    "84": "消毒", "502": "胶", "999": "感冒|皮炎|胃泰|小儿|牌", "505": "神功|元气",
    "1688": "网|平台|采购|商城|批发|上|的|APP|店|，|、|$", "4399": "小游戏|游戏|网|的|上",
    "8848": "手机|钛金|珠峰", "1024": "程序员|节", "520": "表白|情人|告白|快乐|那天|当天|礼物|是|，|！|$",
    "521": "表白|情人", "1314": "", "996": "", "955": "工作制|不加班", "007": "",
    "985": "", "211": "工程|大学|高校|院校|毕业|学历|学生|本科|硕士|和|、|，|。|$|的|/", "863": "计划|项目", "973": "计划|项目",
    "863/973": "计划", "315": "晚会|曝光|打假|消费|投诉|维权|期间|当天|，|$",
    "618": "还|更|那天|大促|促销|年中|期间|购物|活动|当天|电商|预售|战报|来|，|$|狂欢|晚会|买|囤",
    "911": "事件|恐|袭击|之后|后|以后|遇难", "918": "事变|纪念|国耻|爱国", "930": "新政", "517": "新政|吃货",
    "12306": "", "101": "大厦|中学|中关村|忠狗|大楼", "798": "", "751": "厂|园|", "208": "万",
    "38": "线|妇女节|节|大促", "51": "job|Job|JOB|劳动节|假期|talk", "61": "儿童节", "11": "黄金周|国庆",
    "119": "消防日|消防宣传", "404": "页面|错误", "701": "所", "2046": "，|$|电影",
    "404公司": "", "404黑洞": "", "309": "医院", "128": "陆战|事变", "1949": "", "815": "", "129": "运动|师",
    "115": "网盘|师", "120": "师", "343": "旅", "359": "旅", "38军": "", "82": "届奥", "70": "码|迈",
}  # fmt: skip
"""Numbers said digit by digit -> what has to follow ("": nothing)."""
del _NAMES["82"], _NAMES["70"], _NAMES["208"], _NAMES["1949"], _NAMES["815"], _NAMES["404公司"]
del _NAMES["404黑洞"], _NAMES["38军"], _NAMES["863/973"]

_KINDS_3 = (
    "阵型|阵容|医院|部队|高地|新政|惨案|师旅|事件|大案|专案|工程|厂(?!家)|研究所|矿|仓库|宿舍|号房"
)
_EVENTS = (
    "地震|事变|惨案|事件|运动|恐怖|恐袭|袭击|枪击案|爆炸|大火|火灾|洪灾|洪水|暴雨|特大|空难|特大暴雨|晚会|讲话|妇女节|劳动节|儿童节|国庆|植树节|"
    "青年节|建军节|教师节|护士节|网络表白|表白|情人|国家|公祭|纪念|消费者|大案|专案|案|学潮|革命|起义|矿难|"
    "大促|打假|维权|购物|狂欢|汶川|玉树|雅安|郑州|新政|光棍|禁毒|电信|世界|全国|全民|烈士|日"
)
_BRANDS_3 = (
    "保时捷|法拉利|标致|雷诺|沃尔沃|迈凯伦|菲亚特|骁龙|麒麟|天玑|极氪|波音|空客|麦道|联想|诺基亚|锐龙|酷睿|至强|"
    "海思|昇腾|倚天|鲲鹏|玄戒|澎湃|展锐|紫光|奥林巴斯|江铃|依维柯|名爵|荣威|传祺|飞度|型号|款号|风光|长安|捷达|高尔夫"
)
_AIRCRAFT = "歼|轰|运|直|强|苏|米格|图|米|伊尔|安|东风|巨浪|红旗|鹰击|长剑|霹雳|翼龙|彩虹|攻击|无侦|枭龙|飞豹"


def _digits(match: Match, style: Style) -> str:
    return zh_digits(match[0])


def _event(match: Match, style: Style) -> str:
    """5·12 -> 五一二, 10·1 -> 十一."""
    month, day = match[1], match[2]
    if int(month) > 12 or int(day) > 31:
        return zh_digits(month) + zh_digits(day)
    if (
        month in {"10", "11"} and day in {"1", "01", "11"} and len(day) == 1
    ) or month == day == "11":
        return zh_cardinal(month) + (zh_digits(day) if len(day) == 1 else "")
    return zh_digits(month) + zh_digits(day)


def _aircraft(match: Match, style: Style) -> str:
    """歼-20, 波音787-9: no minus and no range."""
    said = match[1] + model_number(match[2])
    return said + (zh_digits(match[3]) if match[3] else "")


def _brand(match: Match, style: Style) -> str:
    number = match[2]
    return match[1] + (
        zh_cardinal(number)
        if number.endswith("00") and len(number) == 3 and match[1] == "荣耀"
        else zh_digits(number)
    )


def _title(match: Match, style: Style) -> str:
    """《1984》 and 《2046》 are years."""
    return zh_digits(match[0])


_NAMED = "|".join(
    f'{number}(?=[”’」』"]?(?:{after}))'
    if after
    else f"{number}(?![\\d.%:：-]|[年元块万亿千百度公米人次斤岁天名位])"
    for number, after in sorted(_NAMES.items(), key=lambda item: -len(item[0]))
)

DESIGNATIONS: Rules = (
    Rule(r"(?<=《)(?:1[89]\d\d|20\d\d|0\d\d)(?=》|[\u4e00-\u9fff])(?!年)", _title, needs="《"),
    Rule(rf"(?<![\d.A-Za-z:：第-])(?:{_NAMED})(?!\d)", _digits),
    Rule(
        rf"(?<![\d.A-Za-z第])\d{{3}}(?={_KINDS_3})",
        _digits,
        needs="专事仓医厂号大宿工师惨新矿研部阵高",
    ),
    Rule(
        r"(?<![\d.A-Za-z])(?:985|211)(?=[和、/与及]?(?:985|211|双一流|九八五))|(?<=九八五[和、/与及])211|(?<=双一流[和、/与及])(?:211|985)",
        _digits,
        needs="29九双",
    ),
    Rule(
        r"(?<![\d.A-Za-z:：-])(?:6{3,9}|23{2,9}|8{6,9}|5{3,9}(?=[了啊，！~]|$))(?![\d.%:：元块米人个万亿年月度点分]|[公千]米)",
        _digits,
        "P303",
        needs="2568",
    ),
    Rule(
        rf"(?<![\d.·/])(\d{{1,2}})[·•・.](\d{{1,2}})(?=[”\"’』」]?(?:{_EVENTS}))(?![”\"’』」]?日[均元])",
        _event,
        needs=".·•・",
    ),
    Rule(r"(?<![\d.·])(\d{1,2})[·•・](\d{1,2})(?![\d·])", _event, needs="·•・"),
    Rule(
        r"(?<![\d./])(9)[/.·](11)(?=[”\"’』」]?(?:事件|袭击|恐|之后|后|以后|遇难|纪念))",
        _event,
        needs="./·",
    ),
    Rule(r"(?<![\d.])\d{2}(?=式(?!\d|样|各))", _digits, needs="式"),
    Rule(
        r"(?<![\d.])\d{3}[A-Z]?(?=[A-Z]?型?(?:驱逐舰|护卫舰|航母|核潜艇|潜艇|登陆舰|补给舰|型))",
        lambda m, s: re.sub(r"\d+", lambda n: zh_digits(n[0]), m[0]),
        needs="型护核潜登航补驱",
    ),
    Rule(r"(?<![\d.A-Za-z])0\d{2}(?=[A-Z](?![A-Za-z]))", _digits, needs="0"),
    Rule(rf"({_BRANDS_3})\s?(\d{{3,4}})(?![\d.]|[年月日元人个万])(?:(?=-\d))?", _brand),
    Rule(
        rf"((?:{_AIRCRAFT}))[-–—](\d{{1,3}})(?:-(\d{{1,4}}))?(?![\d.年月日元人个%℃°])",
        _aircraft,
        needs="-–—",
    ),
    Rule(
        r"(波音|空客|麦道|七三七|七八七|七七七|七四七|三二零|三五零)-(\d{1,4})(?!\d)",
        _brand,
        needs="-",
    ),
    Rule(r"双(1[12])(?!\d)", lambda m, s: "双" + zh_cardinal(m[1]), needs="双"),
    Rule(r"(?<![\d.A-Za-z])7-11(?=便利|店|超市|$|[，。买])", lambda m, s: "七十一", needs="-"),
    Rule(
        r"(?<![A-Za-z\d])([BCDEFGMOPS])2([BCDEGMOPV])(?![A-Za-z\d])",
        lambda m, s: f"{m[1]} to {m[2]}",
        needs="2",
    ),
)
