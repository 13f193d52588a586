# ruff: noqa: E501 - a line of these texts is a paragraph.
"""The red-line catalogue as it ships; a company edits its own copy. Laws are cited by article in `basis`.

Sources: the laws named in each `basis`, in the versions in force in January 2026.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert

from services.compliance.catalogue.models import RedLineCategory
from services.compliance.catalogue.rules import PayEffect, Severity
from shared.core.ids import new_id
from shared.core.text import LocalizedText
from shared.eventlog import Entry, append_many, row_state
from shared.messages.compliance import CategoryShipped

# From when the shipped reference data holds.
SHIPPED_AT = datetime(2026, 1, 1, tzinfo=UTC)


def _both(zh: str, en: str) -> LocalizedText:
    return LocalizedText(zh=zh, en=en)


def _examples(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"zh": zh, "en": en} for zh, en in pairs]


CATEGORIES: tuple[Mapping[str, Any], ...] = (
    {
        "code": "commercial_bribery",
        "name": _both("商业贿赂", "Commercial bribery"),
        "summary": _both(
            "为取得交易机会或竞争优势，直接或通过他人给予、承诺或收受财物及其他好处。",
            "Giving, promising or taking money or any other advantage, directly or through others, to win business.",
        ),
        "basis": _both(
            "《反不正当竞争法》（2025年修订）第八条；《刑法》第一百六十三条、第一百六十四条、第三百八十九条至第三百九十三条；"
            "《医药企业防范商业贿赂风险合规指引》（市场监管总局，2025年1月）",
            "Anti-Unfair Competition Law (2025 revision), art. 8; Criminal Law, arts. 163, 164, 389–393; SAMR "
            "Compliance Guidelines for Healthcare Companies to Prevent Commercial Bribery Risks (January 2025)",
        ),
        "severity": Severity.S1,
        "effect": PayEffect.FORFEIT,
        "allowed": _examples(
            (
                "在合同和发票上如实写明折扣，双方按折后价入账",
                "Give a discount that stands in the contract and on the invoice, and is booked by both sides",
            ),
            (
                "经医院设备科同意，在其安排的时间和地点介绍产品",
                "Present a product at a time and place that the hospital's equipment department has agreed to",
            ),
            (
                "会议期间提供简单工作餐，标准不超过公司规定，名单和金额如实登记",
                "Offer a simple working meal at a meeting, within the company's limit, with guests and cost recorded",
            ),
            (
                "按公允价格、书面合同和真实成果支付讲课费，并事先取得对方单位同意",
                "Pay a lecture fee at fair value, under a written contract, for work done, with the employer's consent",
            ),
        ),
        "forbidden": _examples(
            (
                "向采购人员、医生或其亲属支付回扣、购物卡、电子红包",
                "Pay kickbacks, gift cards or electronic red packets to buyers, doctors or their relatives",
            ),
            (
                "从经销商处收取返点，或由经销商代付本应由个人承担的费用",
                "Take a rebate from a dealer, or let a dealer pay what you should pay yourself",
            ),
            (
                "以购买耗材、试剂为条件免费投放设备",
                "Place equipment free of charge on condition that consumables or reagents are bought",
            ),
            (
                "虚构拜访、会议、咨询或推广服务套取费用，或以捐赠换取采购",
                "Invent visits, meetings, consulting or promotion services to draw money, or donate in return for orders",
            ),
        ),
    },
    {
        "code": "false_promotion",
        "name": _both("虚假宣传", "False or off-label promotion"),
        "summary": _both(
            "超出注册适用范围，或用未经批准、无法证实的说法推广产品。",
            "Promoting a product beyond its registered use, or with claims that are unapproved or cannot be proven.",
        ),
        "basis": _both(
            "《反不正当竞争法》（2025年修订）第九条；《医疗器械监督管理条例》第六十条；《广告法》第十六条",
            "Anti-Unfair Competition Law (2025 revision), art. 9; Regulations on the Supervision and Administration "
            "of Medical Devices, art. 60; Advertising Law, art. 16",
        ),
        "severity": Severity.S2,
        "effect": PayEffect.HOLD,
        "allowed": _examples(
            (
                "按注册证和说明书介绍适用范围、性能和注意事项",
                "Describe intended use, performance and warnings as the registration certificate and the manual state them",
            ),
            (
                "引用已发表的研究时注明出处，并说明其局限",
                "Cite published studies with their source, and say what they do not show",
            ),
            (
                "遇到超说明书使用的提问，转交医学部书面答复",
                "Pass questions about off-label use on to medical affairs for a written answer",
            ),
        ),
        "forbidden": _examples(
            (
                "宣称“治愈率98%”“零并发症”或作安全性保证",
                "Claim “a cure rate of 98 %” or “no complications”, or guarantee safety",
            ),
            (
                "使用未经审查批准的广告、彩页或短视频",
                "Use advertisements, leaflets or short videos that have not been reviewed and approved",
            ),
            (
                "暗示产品可用于注册证以外的病种或人群",
                "Suggest that a product suits diseases or patients outside its registration",
            ),
        ),
    },
    {
        "code": "unfair_competition",
        "name": _both("不正当竞争", "Unfair competition"),
        "summary": _both(
            "以诋毁、串通或窃密的方式取胜，而不是凭产品和服务。",
            "Winning by disparagement, collusion or theft instead of by product and service.",
        ),
        "basis": _both(
            "《反不正当竞争法》（2025年修订）；《刑法》第二百一十九条、第二百二十三条",
            "Anti-Unfair Competition Law (2025 revision); Criminal Law, arts. 219, 223",
        ),
        "severity": Severity.S2,
        "effect": PayEffect.HOLD,
        "allowed": _examples(
            (
                "用公开、可核实的技术参数作比较",
                "Compare by technical data that are public and can be verified",
            ),
            (
                "独立编制标书，对招标文件的疑问书面提出",
                "Prepare a bid independently and ask questions about the tender in writing",
            ),
            (
                "从公开渠道了解市场，并记录来源",
                "Learn about the market from public sources and note where it came from",
            ),
        ),
        "forbidden": _examples(
            (
                "散布竞争对手产品召回、事故等不实消息",
                "Spread untrue news of a competitor's recalls or accidents",
            ),
            (
                "与其他投标人商定报价、陪标或轮流中标",
                "Agree prices with other bidders, submit cover bids or take turns at winning",
            ),
            (
                "索取或使用前雇主、竞争对手的客户名单和报价",
                "Ask for or use customer lists and prices of a former employer or a competitor",
            ),
        ),
    },
    {
        "code": "data_security",
        "name": _both("数据安全", "Data security"),
        "summary": _both(
            "非法获取数据，或者对数据泄露隐瞒、迟报。",
            "Obtaining data unlawfully, or concealing a breach or reporting it late.",
        ),
        "basis": _both(
            "《数据安全法》第二十七条、第二十九条、第三十二条；《个人信息保护法》第五十七条",
            "Data Security Law, arts. 27, 29, 32; Personal Information Protection Law, art. 57",
        ),
        "severity": Severity.S2,
        "effect": PayEffect.HOLD,
        "allowed": _examples(
            (
                "在公司批准的系统中保存客户和设备数据",
                "Keep customer and device data in systems that the company has approved",
            ),
            (
                "设备送修前请医院清除患者数据，并留存确认单",
                "Have the hospital erase patient data before a device goes to repair, and keep its confirmation",
            ),
            (
                "发现账号被盗、资料误发或设备丢失，立即报告信息安全",
                "Report a stolen account, a misdirected file or a lost device to information security at once",
            ),
        ),
        "forbidden": _examples(
            (
                "通过医院信息科人员私下导出用药、用械统计（“统方”）",
                "Obtain prescription or device usage statistics privately through hospital IT staff",
            ),
            (
                "把客户资料存入个人网盘或转发到个人微信",
                "Put customer data into a private cloud drive or send it to a private chat account",
            ),
            (
                "知道数据泄露而不报，或自行删除痕迹",
                "Know of a breach and say nothing, or delete its traces",
            ),
        ),
    },
    {
        "code": "privacy",
        "name": _both("隐私", "Privacy"),
        "summary": _both(
            "未经单独同意处理患者信息，出售个人信息，或违规向境外提供。",
            "Handling patient data without separate consent, selling personal data, or sending it abroad unlawfully.",
        ),
        "basis": _both(
            "《个人信息保护法》第十条、第二十八条、第二十九条、第三十八条、第三十九条；《刑法》第二百五十三条之一",
            "Personal Information Protection Law, arts. 10, 28, 29, 38, 39; Criminal Law, art. 253-1",
        ),
        "severity": Severity.S1,
        "effect": PayEffect.FORFEIT,
        "allowed": _examples(
            (
                "跟台时只记录产品批号和使用情况，不记录患者身份",
                "When attending a procedure, record lot number and use of the product, not who the patient is",
            ),
            (
                "病例用于培训前，由医院去标识化并取得患者单独同意",
                "Use a case for training once the hospital has removed identifiers and the patient has consented separately",
            ),
            (
                "只收集工作所需的客户联系方式，并告知用途",
                "Collect only the contact details that the work needs, and say what they are for",
            ),
        ),
        "forbidden": _examples(
            (
                "拍摄、转发带有患者姓名、面容或病历号的照片",
                "Take or forward pictures with a patient's name, face or record number",
            ),
            (
                "购买、出售或交换医生、患者名单",
                "Buy, sell or swap lists of doctors or patients",
            ),
            (
                "未经评估和同意，把患者数据发给境外同事或供应商",
                "Send patient data to colleagues or suppliers abroad without assessment and consent",
            ),
        ),
    },
    {
        "code": "product_integrity",
        "name": _both("产品合法性", "Product integrity"),
        "summary": _both(
            "经手未注册、过期的器械，或改动标签和说明书。",
            "Handling devices that are unregistered or expired, or altering labels and instructions.",
        ),
        "basis": _both(
            "《医疗器械监督管理条例》第三十九条、第五十五条",
            "Regulations on the Supervision and Administration of Medical Devices, arts. 39, 55",
        ),
        "severity": Severity.S2,
        "effect": PayEffect.HOLD,
        "allowed": _examples(
            (
                "发货前核对注册证、批号和有效期",
                "Check registration, lot number and expiry date before delivery",
            ),
            (
                "近效期产品提前告知客户，并按流程退换",
                "Tell the customer early about stock that is close to expiry, and exchange it by the procedure",
            ),
            (
                "怀疑产品有缺陷时封存、报告并停止使用",
                "Set aside, report and stop using a product that may be defective",
            ),
        ),
        "forbidden": _examples(
            (
                "销售、出借或赠送未注册或已过期的器械",
                "Sell, lend or give away devices that are unregistered or expired",
            ),
            (
                "更换、涂改标签，或自行翻译说明书代替原件",
                "Replace or alter labels, or put your own translation in place of the manual",
            ),
            (
                "把样品或演示机当作正品销售",
                "Sell samples or demonstration units as new",
            ),
        ),
    },
)


def ship(connection: Connection, now: datetime) -> None:
    """Write the catalogue and its events: a step of the migrations. `now` is when it is installed."""
    entries, rows = [], []
    for place, category in enumerate(CATEGORIES, start=1):
        row: dict[str, Any] = {"id": new_id(), "place": place, **category}
        entry = Entry(
            CategoryShipped(category["code"]), f"category/{row['id']}", "system", now,
            effective_at=SHIPPED_AT, state=row_state(RedLineCategory, row),
        )  # fmt: skip
        entries.append(entry)
        rows.append({**row, "last_event_id": entry.id})
    connection.execute(insert(RedLineCategory), rows)
    append_many(connection, entries)
