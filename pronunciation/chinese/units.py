# ruff: noqa: E501 - wide characters fill a table
"""Signs of units -> their Chinese names: bases, their prefixes, and one unit per another."""

from __future__ import annotations

_PREFIXES = {"T": "太", "G": "吉", "M": "兆", "k": "千", "K": "千", "h": "百", "d": "分", "c": "厘",
             "m": "毫", "μ": "微", "u": "微", "n": "纳", "p": "皮"}  # fmt: skip
_BASES = {
    "m": ("米", "d c m μ u n"), "g": ("克", "k m μ u n p"), "L": ("升", "d m μ n"),
    "l": ("升", "d m μ"), "s": ("秒", "m μ n p"), "Hz": ("赫兹", ""), "W": ("瓦", "m k K M G T"),
    "Wh": ("瓦时", "k K M G T"), "W·h": ("瓦时", "k"), "V": ("伏", "m μ k K"), "A": ("安", "m μ n k"),
    "Ah": ("安时", "m"), "Ω": ("欧", "k K M m"), "F": ("法", "μ u p n m"), "Pa": ("帕", "h k K M G"),
    "pa": ("帕", "k M"), "J": ("焦", "k K M G"), "N": ("牛", "k K m M"), "N·m": ("牛米", "k m"),
    "N.m": ("牛米", ""), "Nm": ("牛米", ""), "eV": ("电子伏", "k M G T"), "mol": ("摩尔", "m μ u n p k"),
    "cal": ("卡", "k K"), "Bq": ("贝克勒尔", "k M G"), "Sv": ("西弗", "m μ"), "Gy": ("戈瑞", "m"),
    "IU": ("国际单位", "m μ u k"), "lm": ("流明", ""), "lx": ("勒克斯", ""), "cd": ("坎德拉", "m"),
    "bps": ("比特每秒", "k K M G T"), "b": ("比特", "k K M G T"), "bit": ("比特", "k K M G"),
    "dB": ("分贝", ""), "db": ("分贝", ""), "dBm": ("分贝毫瓦", ""), "bar": ("巴", "m"),
    "Wb": ("韦伯", ""), "rad": ("弧度", "m"), "px": ("像素", ""), "H": ("亨", "m μ n"),
}  # fmt: skip
_ALONE = {
    "km": "公里", "KM": "公里", "Km": "公里", "ML": "毫升", "cc": "毫升", "CC": "毫升", "t": "吨", "lb": "磅", "lbs": "磅",
    "KG": "千克", "Kg": "千克", "kgf": "千克力", "oz": "盎司", "ha": "公顷", "hm²": "公顷", "h": "小时", "hr": "小时", "hrs": "小时",
    "min": "分钟", "mins": "分钟", "sec": "秒", "kHz": "千赫", "KHz": "千赫", "MHz": "兆赫",
    "GHz": "吉赫", "THz": "太赫", "kw": "千瓦", "kwh": "千瓦时", "Kwh": "千瓦时", "kW·h": "千瓦时", "mmHg": "毫米汞柱",
    "cmH₂O": "厘米水柱", "atm": "个大气压", "psi": "磅每平方英寸", "hp": "马力", "fps": "帧每秒", "FPS": "帧每秒",
    "mph": "英里每小时", "ft": "英尺", "inch": "英寸", "in": "英寸", "yd": "码", "mi": "英里",
    "ppm": "PPM", "dpi": "DPI", "ppi": "PPI", "bpm": "BPM", "rpm": "转每分钟", "RPM": "转每分钟", "pH": "pH",
    "nit": "尼特", "nits": "尼特", "KB": "KB", "MB": "MB", "GB": "GB", "TB": "TB", "PB": "PB", "kB": "KB",
    "ft²": "平方英尺", "VA": "伏安", "kVA": "千伏安", "kcal": "千卡", "Kcal": "千卡", "″": "英寸",
    "m/s²": "米每二次方秒", "m/s2": "米每二次方秒", "L/100km": "升每百公里", "mAh": "毫安时",
    "℃": "摄氏度", "Å": "埃", "Gal": "加仑", "gal": "加仑", "kn": "节", "Mach": "马赫", "vol": "VOL",
    "个百分点": "个百分点", "pct": "个百分点", "bp": "个基点", "BP": "个基点", "bps.": "个基点",
}  # fmt: skip
_CONTEXT = {"A", "F", "H", "b", "bit", "us", "K", "T", "in", "pH", "bps."}
"""Signs that are other things too; they count after a prefix or as part of a compound."""


def _powers() -> dict[str, str]:
    names = {"km": "公里", "m": "米", "dm": "分米", "cm": "厘米", "mm": "毫米", "μm": "微米"}
    return {
        sign + power: name + names[sign]
        for sign in names
        for power, name in (("²", "平方"), ("³", "立方"), ("2", "平方"), ("3", "立方"))
    }


def _units() -> dict[str, str]:
    made = {
        prefix + sign: (_PREFIXES[prefix] if prefix else "") + name
        for sign, (name, prefixes) in _BASES.items()
        for prefix in ("", *prefixes.split())
    }
    made |= _powers() | _ALONE
    return {sign: name for sign, name in made.items() if sign not in _CONTEXT}


UNITS = _units()
"""Every sign that is a unit wherever it follows a number."""

_PER = {
    "h": "小时", "hr": "小时", "s": "秒", "sec": "秒", "min": "分钟", "d": "天", "day": "天",
    "wk": "周", "week": "周", "mo": "月", "month": "月", "yr": "年", "year": "年", "a": "年",
    "分": "分钟", "时": "小时", "㎡": "平方米", "100km": "百公里", "100g": "百克", "100ml": "百毫升",
    "100mL": "百毫升", "person": "人", "pixel": "像素", "kWh": "千瓦时", "μL": "微升", "K": "开", "HP": "高倍视野",
}  # fmt: skip
_PER_WORDS = (
    "人 天 日 月 年 周 季 季度 学期 斤 公斤 千克 克 毫克 公里 千米 里 米 小时 分钟 秒 次 个 件 平 平米 平方米 "
    "立方米 立方 平方公里 平方千米 亩 公顷 箱 盒 瓶 袋 罐 桶 吨 班 位 度 张 本 套 台 晚 间 夜 股 份 册 课时 节 "
    "场 升 毫升 千瓦时 车 户 只 支 条 片 粒 杯 碗 两 顿 餐 轮 局 页 字 包 把 双 副 对 根 块 颗 款 辆 枚 趟 桌 组 队 秒钟 码 "
    "盎司 克拉 英里 加仑 英亩 海里 平方英尺 手 单 例 间夜 场次 站 题 门 种 类 部 章 听 提 板 枝 管 针 剂 盏 架 艘 列 学年 工作日 人次 台班 工时 千瓦 兆瓦 "
    "百万 万字 千字 百克 百公里 百毫升 GB TB MB 盘 株 头 匹 扎 打 期 层 集 首 群 线 座 时"
)
PER: dict[str, str] = {word: word for word in _PER_WORDS.split()} | UNITS | _PER
"""What may stand after the stroke of so much per something."""
_COUNTED_BASES = (
    "元 块 角 毛 分 美元 欧元 英镑 日元 港元 港币 卢布 公里 千米 米 厘米 毫米 次 人 个 片 件 台 斤 公斤 千克 克 毫克 微克 纳克 "
    "升 毫升 转 帧 字 条 张 户 车 辆 吨 粒 袋 瓶 箱 包 支 瓦 千瓦 卡 大卡 千卡 千焦 焦 步 下 拍 单位 国际单位 "
    "摩尔 毫摩尔 微摩尔 比特 人次 辆次 架次 股 册 份 只 头 平方米 立方米 亩 票 篇 页 天 小时 分钟 秒 点 度 位 名 家 项 场 杯 碗 层 套 万 亿"
)
BASES: dict[str, str] = {word: word for word in _COUNTED_BASES.split()}
"""What is counted before such a stroke, in Chinese."""

PARTS = {"U": "单位", "r": "转", "Mb": "兆比特", "Kb": "千比特", "kb": "千比特", "Gb": "吉比特", "b": "比特",
          "B": "字节", "MB": "MB", "A": "安", "K": "开", "F": "法", "C": "库", "IU": "国际单位",
          "Mbit": "兆比特", "Gbit": "吉比特", "cfu": "菌落", "CFU": "菌落", "cells": "个细胞", "mU": "毫单位", "μU": "微单位", "uU": "微单位", "kU": "千单位"}  # fmt: skip
"""Signs that are units only as the first half of a compound."""


def unit(sign: str) -> tuple[str, str] | None:
    """`km/h` -> (公里, 小时); `kg` -> (千克, ""); None for what is no unit."""
    if sign in UNITS:
        return UNITS[sign], ""
    base, stroke, per = sign.partition("/")
    if stroke and per in PER and (base in UNITS or base in BASES or base in PARTS):
        return UNITS.get(base) or BASES.get(base) or PARTS[base], PER[per]
    return None
