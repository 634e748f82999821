"""Words that stand before a colon and name nobody: labels of what follows, and who tells what."""

from __future__ import annotations

import re

_ZH = """
时间 日期 地点 地址 注意 注意事项 链接 网址 网站 说明 提示 备注 注 附 附注 主题 标题 题目 副标题
内容 摘要 简介 介绍 目录 目标 目的 要求 要点 重点 总结 小结 结论 原因 背景 步骤 方法 流程 结果
问题 答案 例如 比如 譬如 例 示例 例子 案例 如下 以下 包括 其中 即 另外 此外 还有 最后 首先 其次
电话 手机 热线 传真 邮箱 邮编 微信 微博 公众号 账号 密码 联系人 联系方式 联系电话 咨询电话 价格
费用 金额 票价 数量 单位 规格 型号 编号 单号 订单号 名称 姓名 性别 年龄 职务 来源 出处 作者 译者
编辑 出品 版权 关键词 关键字 参考 参考文献 资料 数据 图 表 公告 通知 通告 声明 公示 启事 警告 警示
紧急通知 温馨提示 友情提示 特别提示 重要提示 小贴士 提醒 温馨提醒 提问 小说 适用范围 适用人群
活动时间 活动地点 报名时间 报名方式 会议时间 会议地点 参会人员 出席 议程 议题 开始时间 结束时间
截止时间 截止日期 有效期 星期 天气 气温 路线 乘车路线 车次 航班 航班号 座位 登机口 站台 集合时间
集合地点 优点 缺点 优势 劣势 特点 特色 功能 用法 用途 材料 配料 原料 做法 用量 剂量 版本 更新
更新时间 发布时间 公式 定义 定理 证明 解 推论 性质 注释 按 编者按 译注
"""
_EN = """
note notes warning caution attention important notice time date place location venue address phone
tel telephone fax email e-mail mail website web site link url subject topic title subtitle author
translator source sources summary abstract introduction conclusion result results example examples
tip tips hint remark remarks step steps price cost total quantity contact deadline version update
updated reference references keywords agenda ps p.s fig figure table chapter part section appendix
re fwd from to cc todo pros cons usage definition theorem proof however first second third finally
"""
LABELS = frozenset([*_ZH.split(), *_EN.split(), "for example", "for instance", "see also"])
"""In lower case."""

_COUNTED = re.compile(
    r"第[一二三四五六七八九十百\d]+[点步条项章节回部分期集天]*|[一二三四五六七八九十\d]+|"
    r"(?:step|chapter|part|figure|fig|table|section|act|scene|no|item|day|week|lesson|unit)\.? \w+",
    re.IGNORECASE,
)

_ROLES = frozenset({"解说", "顾问", "问", "答"})
"""Who speaks, though the last character tells of speech elsewhere."""

_TELLS = re.compile(
    r"[说曰道]|.*[说问喊嚷答吼骂叹曰]|.*[笑说问答喊叫叹怒忙便又就写念唱骂喝嚷吼][道着]|.*[心暗默]想"
)
_TELLS_IF_QUOTED = re.compile(".*[道想叫笑哭念唱写]")
_OPENING = tuple('“"「『‘‹«')
_SPEECH = """
said says say asked asks ask replied replies answered answers cried shouted whispered thought thinks
added continued explained told wrote writes reads shows
"""
_SAYS = frozenset(_SPEECH.split())


def is_label(name: str) -> bool:
    """Whether this labels what follows: `时间`, `Note`, `第一`, `Step 2`."""
    return name.lower() in LABELS or bool(_COUNTED.fullmatch(name))


def tells_of_speech(name: str, rest: str) -> bool:
    """Whether `name` before a colon is a clause that tells who says the `rest`.

    他说 always is; 王道 and 李想 are people unless a quotation follows.
    """
    if name in _ROLES:
        return False
    if _TELLS.fullmatch(name):
        return len(name) > 2 or name[-1] not in "道着" or name[0] in "笑说问答喊叫叹"
    if _TELLS_IF_QUOTED.fullmatch(name) and rest.lstrip().startswith(_OPENING):
        return True
    words = name.lower().split()
    return len(words) > 1 and bool({words[0], words[-1]} & _SAYS)
