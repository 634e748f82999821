"""Codes in a Chinese sentence (orders, standards, documents, rooms, plates) -> digit by digit."""

from __future__ import annotations

import re

from ..numerals import zh_cardinal, zh_digits
from ..rules import DIGITS, Match, Rule, Rules
from ..style import Style
from .patterns import CODE, COUNTABLE, YEAR, nothing


def code(text: str, style: Style) -> str:
    """`HT-2024-018` -> HT二零二四零一八: each digit alone, letters as they are."""
    said = re.sub(r"(?<=[A-Za-z])[-·\s]+(?=[A-Za-z])", " ", text)
    said = re.sub(r"[-·–—\s]+(?=\d)|(?<=\d)[-·–—\s]+", "", said)
    said = re.sub(r"(?<=\d)\.(?=\w)", "点", said)
    return re.sub(r"\d+", lambda m: zh_digits(m[0], style.code_one), said)


def _announced(match: Match, style: Style) -> str:
    """A code after a word that announces one, such as 邮编."""
    return match[1] + code(match[2], style)


def _whole(match: Match, style: Style) -> str:
    return code(match[0], style)


def _counted_code(match: Match, style: Style) -> str:
    """座位号12 is 十二, 座位号0312 is no number."""
    digits = match[2]
    short = len(digits) < 3 and digits[0] != "0"
    return match[1] + (zh_cardinal(digits) if short else zh_digits(digits, style.code_one))


_ANNOUNCED = [
    "邮政编码",
    "邮编",
    "邮码",
    "邮政编号",
    "身份证号码",
    "身份证号",
    "身份证",
    "学号",
    "工号",
    "警号",
    "编号",
    "编码",
    "订单编号",
    "订单号码",
    "订单号",
    "订单",
    "运单号",
    "快递单号",
    "快递号",
    "物流单号",
    "流水号",
    "单号",
    "卡号",
    "账号",
    "帐号",
    "卡尾号",
    "尾号",
    "验证码",
    "密码",
    "取件码",
    "取餐码",
    "取餐号",
    "取票码",
    "取票号",
    "取货码",
    "提货码",
    "提货号",
    "激活码",
    "邀请码",
    "兑换码",
    "优惠码",
    "动态码",
    "校验码",
    "识别码",
    "条形码",
    "条码",
    "书号",
    "刊号",
    "批号",
    "货号",
    "房间码",
    "房号",
    "房间号",
    "会议号",
    "会议ID",
    "会议码",
    "社保号",
    "医保号",
    "护照号码",
    "护照号",
    "档案号",
    "登记号",
    "专利号",
    "批准文号",
    "许可证号",
    "许可证编号",
    "执照号",
    "工商注册号",
    "税号",
    "信用代码",
    "股票代码",
    "基金代码",
    "证券代码",
    "代码",
    "证号",
    "QQ号",
    "QQ群号",
    "QQ群",
    "QQ",
    "群号",
    "频道号",
    "区号",
    "代号",
    "端口号",
    "端口",
    "车厢号",
    "会员号",
    "会员卡号",
    "合同编号",
    "合同号",
    "发票号码",
    "发票号",
    "发票代码",
    "序列号",
    "口令",
    "考号",
    "准考证号",
    "准考证",
    "机位",
    "工单编号",
    "工单号",
    "工单",
    "错误码",
    "错误代码",
    "微信号",
    "门禁码",
    "核销码",
    "券码",
    "机身码",
    "案件编号",
    "案号",
    "注册号",
    "备案号",
    "防伪码",
    "通行码",
    "申请号",
    "保单号",
    "病历号",
    "住院号",
    "门诊号",
    "挂号单",
    "学籍号",
    "手术室",
    "分机号",
    "UID",
    "ID",
    "SN",
    "PIN码",
    "PIN",
    "PNR",
    "IMEI",
    "MAC",
    "VIN",
    "SKU",
]
_ANNOUNCES = "|".join(
    ("(?<![A-Za-z])" if word[0].isascii() else "") + word
    for word in sorted(_ANNOUNCED, key=len, reverse=True)
)
_IS = r"(?:号码?|后[三四五六]位)?(?:都是|[是为])?[:：#]?\s?"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"

IDENTITIES: Rules = (
    Rule(
        r"(?<![\dA-Za-z])\d{17}[\dXx](?![\dA-Za-z])",
        lambda m, s: code(m[0].upper(), s),
        needs=DIGITS,
    ),
    Rule(
        rf"([{_PROVINCES}])\s?([A-Z][-·\s]?[A-Z0-9]{{5,6}})(?![A-Za-z0-9])",
        _announced,
    ),
    Rule(rf"((?<![A-Za-z])IS[BS]N(?:号?[是为:： ]{{0,2}}))({CODE})", _announced, needs="I"),
    Rule(r"(?<=[（(])(?:[03689]\d{5}|0\d{4})(?=[)）])", _whole, needs="(（"),
    Rule(r"(?<![\dA-Za-z.])\d{4,6}\.(?:SH|SZ|HK|BJ)(?![A-Za-z])", _whole, needs="."),
)

_STANDARD = (
    r"(?:GB|GBZ|GJB|QB|HJ|JGJ|JB|YY|NB|DL|SL|CJJ?|JT[GJ]?|TB|YD|SH|SY|HG|NY|LY|WS|GA|DB\d\d|ISO|IEC|IEEE|RFC|EN|"
    r"BS|DIN|ASTM|ANSI|JIS|UL|CECS)(?:/[A-Z]{1,5})?"
)
STANDARDS: Rules = (
    Rule(
        rf"(?<![A-Za-z])([A-Z]{{2,4}}\s)(\d{{3,6}}(?:\.\d+)*)[-—]({YEAR})(?!\d)",
        lambda m, s: m[1] + code(m[2], s) + zh_digits(m[3], s.code_one),
        needs="-—",
    ),
    Rule(
        r"(?<![A-Za-z])Q/[A-Z0-9]{2,}\s?[\dA-Z]+(?:-\d{4})?(?!\d)",
        lambda m, s: code(m[0].replace("/", ""), s),
        needs="/",
    ),
    Rule(
        rf"(?<![A-Za-z])({_STANDARD}\s?)(\d{{1,6}}(?:\.\d+)*)\s?[-—:：]\s?({YEAR}|\d\d|\d)(?![\d.])",
        lambda m, s: m[1].replace("/", " ") + code(m[2], s) + zh_digits(m[3], s.code_one),
        needs="-:—：",
    ),
    Rule(
        rf"(?<![A-Za-z])({_STANDARD}\s?)(?!(?:\d?[1-9]00|12800|25600)(?!\d))(\d{{3,6}}(?:\.\d+)*)(?![\d.年])",
        lambda m, s: m[1].replace("/", " ") + code(m[2], s),
        needs="ABCDEGHIJLNQRSTUWY",
    ),
    Rule(
        rf"(?<=[〔\[(（])({YEAR})(?=[〕\])）]\s?(?:第?\d+号|[{_PROVINCES}]\d{{2,4}}[民刑行执商知破财赔]|[{_PROVINCES}最][\w\u4e00-\u9fff]{{0,12}}号))",
        _whole,
        needs="号",
    ),
    Rule(
        rf"([{_PROVINCES}])(\d{{1,4}})(?=[民刑行执商知破财赔][终初再申监保异特更恢撤清认])",
        _announced,
        needs="号",
    ),
    Rule(
        r"([民刑行执商知破财赔][终初再申监保异特更恢撤清认]?)(\d{1,6})(?=号)",
        _counted_code,
        needs="号",
    ),
    Rule(r"((?:ICP[备证]|公网安备\s?|备案)\s?)(\d+)", _announced, needs="I公备"),
    Rule(r"[-–—](\d{1,2})(?!\d)", _whole, after=r"备[零一二三四五六七八九]+号", needs="-–—"),
    Rule(r"(?<=第)0\d{1,9}", _whole, needs="第"),
    Rule(r"(?<![\dA-Za-z.])\d{7,24}(?=号)|(?<=[“\"])\d{4,7}(?=[”\"]号)", _whole, needs="号"),
    Rule(
        rf"(?<![\dA-Za-z.])[A-Z]{{1,3}}\d?[-–]{YEAR}\d{{4,}}(?!\d)|(?<![\dA-Za-z-])[A-Z]{{1,4}}(?:-\d{{2,}}){{2,4}}(?![\d-])",
        _whole,
        needs="-–",
    ),
)

CODES: Rules = (
    Rule(
        r"(?<![A-Za-z\d])0[xX]([0-9A-Fa-f]{2,16})(?![0-9A-Za-z])",
        lambda m, s: "零x " + code(m[1], s),
        needs="Xx",
    ),
    Rule(r"[-–](?=\d{1,2}单元)", nothing, after="楼|[栋幢座]", needs="单"),
    Rule(r"[-–](\d{3,4})(?![\d元米平])", _whole, after=r"\dF|[楼元栋幢]", needs="-–"),
    Rule(
        r"(?<=[码号址色值])[:：#\s]?(?:0[xX]|#)[0-9A-Fa-f]{3,16}(?![0-9A-Za-z])",
        lambda m, s: re.sub(r"(?<=零)x", " x ", code(m[0].replace("#", ""), s)),
        needs="#Xx",
    ),
    Rule(
        rf"((?:{_ANNOUNCES}){_IS})((?=[A-Za-z-]{{0,8}}\d){CODE})(?!\d|[,，]\d{{3}}(?!\d)|{COUNTABLE}|位|[%年月日点号][^楼]|{COUNTABLE})",
        _announced,
        needs=DIGITS,
    ),
    Rule(
        r"((?:座位号?|桌号|楼号|床号|柜号|机位)[是为:：]?\s?)(\d{1,4})(?!\d)",
        _counted_code,
        needs="床座机柜桌楼",
    ),
    Rule(
        r"(?<![\d.A-Za-z第比分-])(?!\d\d?-\d\d?-(?:19|20)\d\d)(\d{1,3}-\d{1,2}-\d{3,4}|\d{1,3}-\d{3,4}(?=室|房))(?![\d-]|\s?(?:元|分))",
        _whole,
        needs="-",
    ),
    Rule(
        r"(?<![\d.A-Za-z第])\d{3,4}(?=(?:号?房间?|室|客房|会议室|病房|教室|包厢|包间|宿舍|寝室|房卡|诊室|自习室|办公室|机房|展厅)(?!\d))",
        _whole,
        needs="会办包客室宿寝展房教机病自诊",
    ),
    Rule(
        rf"(?<=[栋座幢楼])(?:单元)?\s?\d{{3,4}}(?![\d.,%:：年月日多余]|{COUNTABLE})|(?<=单元)\s?\d{{3,4}}(?![\d.,%:：年月日]|{COUNTABLE})",
        _whole,
        needs="单幢座栋楼",
    ),
    Rule(
        r"(?<![\d.A-Za-z])(?:40[0-9]|50[0-5]|30[1-8])(?=[”’」]?(?:页面|错误|报错|状态码|跳转|Not|not))",
        _whole,
        needs="Nn报状跳错页",
    ),
    Rule(
        r"(?<=HTTP )[1-5]\d\d(?!\d)|(?<=Error )[1-5]\d\d(?!\d)|(?<=error )[1-5]\d\d(?!\d)",
        _whole,
        needs="EHe",
    ),
    Rule(
        r"(?<![\d.A-Za-z])6\d{15,18}(?!\d)|(?<![\d.A-Za-z])\d{4}(?: \d{4}){2,3}(?: \d{1,3})?(?!\d)",
        _whole,
        needs=" 6",
    ),
)
