"""Words of the demo: invented, in both languages, about nobody."""

from dataclasses import dataclass

from services.compliance.cases.rules import CaseStatus, Outcome
from shared.core.text import LocalizedText

CAMPAIGN_TITLES = ("{year}年度销售行为准则承诺", "Code of conduct {year}: annual undertaking")
UNCLEAR = (
    "第六条“近亲属”是否包括配偶的兄弟姐妹？请说明后我再签。\n"
    "Does “close relative” in section 6 include a spouse's siblings? I will sign once that is clear."
)
CHANGE_NOTE = "新增：直播、短视频和社交媒体 / New: live streams, short videos and social media"
_ADDED = LocalizedText(
    zh="- 在直播、短视频和社交媒体上谈论产品，只使用市场部批准的材料，不回答诊疗问题。",
    en="- On live streams, short videos and social media we talk about products only with material that marketing "
    "has approved, and do not answer questions about treatment.",
)
_AFTER = LocalizedText(zh="不散布、不暗示任何不实消息。", en="neither spread nor hint at anything untrue.")


def revised(text: LocalizedText) -> LocalizedText:
    """Return the second version of the code of conduct: one rule more, at the end of its first section."""
    zh = text.zh.replace(_AFTER.zh, f"{_AFTER.zh}\n{_ADDED.zh}")
    en = text.en.replace(_AFTER.en, f"{_AFTER.en}\n{_ADDED.en}")
    assert zh != text.zh
    assert en != text.en
    return LocalizedText(zh=zh, en=en)


@dataclass(frozen=True)
class Story:
    """A case of the demo, in days before today: opened, and when each further status was reached.

    `hold` is the day from which an approved hold runs, `hold_ended` when it ended, `hold_waits` that one was
    proposed yesterday; `forfeits` counts back the quarters whose incentive is forfeited.
    """

    title: str
    report: str
    note: str
    category: str
    region: str
    status: CaseStatus
    days: tuple[int, ...]
    severity: str = ""
    hold: int | None = None
    hold_ended: int | None = None
    hold_waits: bool = False
    forfeits: tuple[int, ...] = ()
    outcome: Outcome | None = None
    summary: str = ""


STORIES = (
    Story(
        "科室聚餐超标 / Dinner above the limit",
        "费用抽查发现，一次科室会工作餐人均超出公司标准近三倍，签到表上有两人当日并未到场。\n"
        "A spot check of expenses found a working meal at nearly three times the limit, and a sign-in sheet with two "
        "people who were not there that day.",
        "已调取发票和会议照片。 / Invoices and pictures of the meeting have been obtained.",
        "commercial_bribery", "east", CaseStatus.INVESTIGATION, (24, 19), hold=18,
    ),
    Story(
        "经销商代付差旅费 / Travel paid by a dealer",
        "经销商财务来电核对一笔差旅款，款项对应我方人员参加的外地会议，公司系统中没有该费用。\n"
        "A dealer's accountant called about travel costs for a conference that one of our people attended; our own "
        "system has no such expense.",
        "已约谈经销商财务。 / The dealer's accountant has been interviewed.",
        "commercial_bribery", "south", CaseStatus.FINDINGS, (58, 52, 6), hold=50,
    ),
    Story(
        "疑似虚构拜访 / Visits that may not have taken place",
        "客户关系系统中同一天登记了相距两百公里的四次拜访。\n"
        "Four visits two hundred kilometres apart were recorded in the CRM for one day.",
        "等待定位与停车记录。 / Waiting for location and parking records.",
        "commercial_bribery", "southwest", CaseStatus.TRIAGE, (3,), hold_waits=True,
    ),
    Story(
        "彩页夸大疗效 / A leaflet that claims too much",
        "客户转来一份未经审批的彩页，写有“治愈率98%”。\n"
        "A customer passed on a leaflet that was never approved and claims “a cure rate of 98 %”.",
        "市场部确认该彩页未经审批。 / Marketing confirms that it was never approved.",
        "false_promotion", "north", CaseStatus.INVESTIGATION, (81, 76),
    ),
    Story(
        "短视频介绍超适应症用途 / Off-label use in a short video",
        "平台上一段短视频介绍产品用于注册证以外的人群，发布者疑为我方销售人员。\n"
        "A short video shows the product used on patients outside its registration; one of our people may have "
        "posted it.",
        "视频已下架并留证。 / The video was taken down and secured.",
        "false_promotion", "central", CaseStatus.TRIAGE, (11,),
    ),
    Story(
        "散布竞品召回传言 / Rumours of a competitor's recall",
        "科室微信群里有人称竞品“即将召回”，消息来源不明。\n"
        "In a department's chat group somebody wrote that a competitor's product was “about to be recalled”.",
        "当事人已书面说明。 / A written statement has been given.",
        "unfair_competition", "northeast", CaseStatus.DECISION, (49, 44, 20, 5),
    ),
    Story(
        "投标报价泄露 / A bid price that got out",
        "开标前一日，另一投标人向我方区域经理透露其报价，区域经理当即报告。\n"
        "The day before a tender another bidder told our district manager its price; he reported it at once.",
        "报告及时，未造成影响。 / Reported in time, without effect on the tender.",
        "unfair_competition", "northwest", CaseStatus.CLOSED, (210, 205, 180, 172, 165),
        outcome=Outcome.UNSUBSTANTIATED,
        summary="我方人员无过错，主动报告值得肯定。 / No fault of our people, who did right to report.",
    ),
    Story(
        "客户资料存入个人网盘 / Customer data in a private cloud drive",
        "离职交接时发现客户联系方式和报价存放在个人网盘。\n"
        "At a handover, customers' contact details and prices were found in a private cloud drive.",
        "网盘内容已在见证下删除。 / Deleted in the presence of a witness.",
        "data_security", "east", CaseStatus.CLOSED, (160, 155, 130, 120, 112),
        hold=150, hold_ended=112, outcome=Outcome.PARTLY,
        summary="书面警告并补训；未发现外传。 / Written warning and retraining; nothing was passed on.",
    ),
    Story(
        "试剂使用统计来源不明 / Reagent statistics of unknown origin",
        "季度汇报中出现按医生排序的试剂用量，来源无法说明。\n"
        "A quarterly review showed reagent usage by physician, and nobody could say where it came from.",
        "信息科配合核查日志。 / The hospital's IT department is helping with its logs.",
        "data_security", "central", CaseStatus.INVESTIGATION, (33, 29), severity="S1", hold=28,
    ),
    Story(
        "手术照片带有患者信息 / A picture with a patient's details",
        "培训资料中的一张手术照片可见患者姓名和病历号。\n"
        "In a training deck, a picture of a procedure showed the patient's name and record number.",
        "资料已全部收回。 / All copies have been withdrawn.",
        "privacy", "south", CaseStatus.CLOSED, (260, 256, 231, 222, 214),
        forfeits=(3,), outcome=Outcome.SUBSTANTIATED,
        summary="属实，取消当期激励并补训。 / Substantiated; incentive of the period forfeited, retraining.",
    ),
    Story(
        "近效期产品未告知 / Stock close to expiry",
        "一家医院反映收到的耗材距失效期不足一个月，未提前告知。\n"
        "A hospital complained about consumables that had less than a month left, without having been told.",
        "产品已全部换货。 / All of it has been exchanged.",
        "product_integrity", "north", CaseStatus.CLOSED, (120, 114, 96, 90, 84),
        outcome=Outcome.INSUFFICIENT_EVIDENCE,
        summary="通知记录缺失，责任无法认定；流程已改进。 / Records are missing; the procedure was improved.",
    ),
    Story(
        "演示机当作新机交付 / A demonstration unit delivered as new",
        "设备科验收时发现序列号与演示机台账一致。\n"
        "At acceptance the serial number turned out to be that of a demonstration unit.",
        "序列号比对完成。 / Serial numbers have been compared.",
        "product_integrity", "southwest", CaseStatus.CLOSED, (140, 137, 110, 98, 92), severity="S1",
        forfeits=(1, 2), outcome=Outcome.SUBSTANTIATED,
        summary="属实，取消相关期间激励，客户已换新机。 / Substantiated; incentive forfeited, unit replaced.",
    ),
    Story(
        "讲课费支付依据不足 / A lecture fee without a basis",
        "一笔讲课费缺少课件和签到，合同日期晚于付款日期。\n"
        "A lecture fee was paid without slides or a sign-in sheet, and before the contract was dated.",
        "已要求补充材料。 / More documents have been asked for.",
        "commercial_bribery", "northwest", CaseStatus.DECISION, (71, 66, 31, 17),
    ),
)  # fmt: skip
