# ruff: noqa: E501 - a line of these texts is a paragraph.
"""The code of conduct 销售行为准则 as it ships: a draft that a company's own people review, approve and publish."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from services.compliance.policies.models import PolicyDocument, PolicyVersion
from services.compliance.policies.rules import VersionStatus, clean_text, text_sha256, version_sha256
from shared.core.ids import new_id
from shared.core.text import LocalizedText
from shared.eventlog import Entry, append_many, row_state
from shared.messages.compliance import PolicyCreated, PolicyVersionDrafted

CODE = "sales-conduct"
TITLE = LocalizedText(zh="销售行为准则", en="Code of conduct for sales")

_ZH = """
我们销售的产品关系到患者的健康。客户选择我们，应当因为产品合适、服务可靠，而不是因为任何个人好处。本准则适用于销售组织的全体人员，也适用于代表公司行事的经销商和服务商。它说明我们可以放心去做什么、绝不能做什么，以及拿不准时找谁。

## 一、我们如何赢得业务
- 我们凭产品的临床价值、合理的价格和及时的服务参与竞争。
- 我们如实介绍产品：只讲注册证和说明书写明的适用范围，引用研究要注明出处，也要说明局限。
- 我们尊重客户的时间和规定：拜访先预约，在医院同意的时间、地点进行，不进入诊疗区域打扰诊疗。
- 我们尊重竞争对手：只用公开、可核实的事实作比较，不散布、不暗示任何不实消息。

## 二、不给、不要、不收
- 不以任何名义向采购、使用、管理产品的人员及其亲属提供现金、购物卡、电子红包、旅游、回扣或其他个人利益。
- 不向经销商索取或收取返点、礼金，不让他人代付应由自己承担的费用。
- 不以购买耗材或试剂为条件免费提供设备，不以捐赠、赞助、科研合作换取采购。
- 不虚构拜访、会议、讲课、咨询或推广服务。付给任何人的服务费，必须有真实需要、书面合同、公允价格和可查验的成果，并事先取得对方单位同意。
- 工作餐和会务接待应当简朴，不超过公司公布的标准，参加人员和金额当月如实登记。

## 三、折扣、投标与合同
- 折扣写进合同，写上发票，双方如实入账；合同之外没有任何口头承诺。
- 合同未经审批，不得生效、不得发货。紧急情况走加急审批，不走“先发货、后补签”。
- 独立编制标书，不与其他投标人商量报价、陪标或轮流中标。
- 谁签的客户，谁负责到回款；到期未收的货款要及时跟进、如实说明原因。

## 四、数据与隐私
- 跟台、培训和售后只记录工作所需的信息，不拍摄、不记录、不转发能够识别患者身份的内容。
- 不打听、不购买、不使用“统方”数据，也不买卖或交换医生、患者名单。
- 客户资料保存在公司批准的系统内，不放进个人网盘，不转发到个人聊天账号。
- 一旦发现数据误发、账号被盗或设备丢失，立即报告，最迟不超过当日。

## 五、产品合法
- 不销售、不出借、不赠送未注册或已过期的产品，不改动标签和说明书，不把样品当作正品。
- 听到不良事件或产品缺陷，二十四小时内转告质量部门。

## 六、利益冲突
如果您或近亲属在客户、经销商、供应商处任职、持股或有其他利益，请在知道之后十个工作日内申报。申报本身不是过错，隐瞒才是。在得到书面答复之前，请不要参与相关业务。

## 七、说出来，不会因此吃亏
看到或怀疑有人违反本准则，请告诉上级、合规部门或通过举报渠道反映，可以匿名。公司不允许对善意反映问题的人进行任何形式的报复；报复本身就是违反本准则。拿不准时，先停下来，问一句合规部门。

## 八、违反的后果
违反本准则的，公司将依照制度和法律处理，直至解除劳动合同、移送司法机关。处理期间，未发放的激励可以暂缓；查实的，可以取消相应期间的激励。公司不会从工资中扣款，当事人有权陈述、申辩和申诉。

## 九、我的承诺
我签署时确认：我已完整阅读并理解本准则；我会遵守它；我知道有疑问时向谁询问、发现问题时向谁报告。本准则的中文文本和英文文本同为一份文件；两者理解不一致时，以中文文本为准。
"""

_EN = """
What we sell bears on patients' health. Customers should choose us because the product fits and the service can be relied on, and not because of any personal advantage. This code applies to everybody in the sales organisation, and to dealers and service providers who act for the company. It says what you may do with an easy mind, what you must never do, and whom to ask when you are not sure.

## 1. How we win business
- We compete on the clinical value of our products, on a fair price and on prompt service.
- We describe products truthfully: only the intended use that stands in the registration certificate and the manual; when we cite a study we name its source, and its limits too.
- We respect customers' time and rules: visits are announced, take place when and where the hospital has agreed, and do not disturb treatment.
- We respect competitors: we compare by facts that are public and can be verified, and neither spread nor hint at anything untrue.

## 2. Nothing given, nothing asked for, nothing taken
- We give no cash, gift cards, electronic red packets, travel, kickbacks or any other personal benefit, under any name, to people who buy, use or manage our products, or to their relatives.
- We neither ask for nor take rebates or gifts of money from dealers, and let nobody pay what we should pay ourselves.
- We do not place equipment free of charge on condition that consumables or reagents are bought, and do not trade donations, sponsorship or research for orders.
- We do not invent visits, meetings, lectures, consulting or promotion services. Whatever fee is paid to anybody needs a genuine need, a written contract, a fair price, work that can be checked, and the prior consent of that person's employer.
- Working meals and hospitality are modest and within the limits that the company publishes; who took part and what it cost is recorded truthfully within the month.

## 3. Discounts, tenders and contracts
- A discount stands in the contract and on the invoice, and both sides book it truthfully; there are no spoken promises outside the contract.
- No contract takes effect and nothing is delivered before it is approved. What is urgent takes the fast approval, never “deliver now, sign later”.
- We prepare bids independently, and do not agree prices, submit cover bids or take turns with other bidders.
- Whoever signs the customer looks after the account until it is paid; overdue payments are followed up in time, and their reasons reported truthfully.

## 4. Data and privacy
- At procedures, trainings and service visits we record only what the work needs, and photograph, note or forward nothing that could identify a patient.
- We do not ask for, buy or use prescription statistics obtained behind a hospital's back, and do not buy, sell or swap lists of doctors or patients.
- Customer data stay in systems that the company has approved, not in private cloud drives or chat accounts.
- Misdirected data, a stolen account or a lost device are reported at once, and within the same day at the latest.

## 5. Lawful products
- We do not sell, lend or give away products that are unregistered or expired, do not alter labels or instructions, and do not pass samples off as new.
- Whoever hears of an adverse event or a defect tells the quality department within twenty-four hours.

## 6. Conflicts of interest
If you or a close relative work for, own part of or have another interest in a customer, a dealer or a supplier, declare it within ten working days of learning of it. To declare is no fault; to conceal is. Until you have a written answer, keep out of the business concerned.

## 7. Speaking up does you no harm
If you see or suspect a breach of this code, tell your manager or the compliance department, or use the reporting channel, where you need not give your name. The company allows no retaliation of any kind against anybody who speaks up in good faith; retaliation is itself a breach of this code. When in doubt, stop, and ask compliance first.

## 8. What follows from a breach
The company deals with breaches according to its rules and the law, up to ending the employment and informing the authorities. While a matter is being looked into, incentive that has not been paid may be held; once a breach is established, the incentive of the periods concerned may be forfeited. The company takes nothing from wages. Whoever is concerned has the right to be heard, to answer and to appeal.

## 9. My undertaking
By signing I confirm that I have read this code in full and understand it, that I will follow it, and that I know whom to ask when in doubt and whom to tell when something is wrong. The Chinese and the English text are one document; where they are understood differently, the Chinese text prevails.
"""

TEXT = clean_text(LocalizedText(zh=_ZH, en=_EN))


def ship(connection: Connection, now: datetime) -> None:
    """Write the code as a draft, with its events: a step of the migrations. `now` is when it is installed."""
    document: dict[str, Any] = {"id": new_id(), "code": CODE, "title": TITLE, "created_at": now}
    version: dict[str, Any] = {
        "id": new_id(), "document_id": document["id"], "number": 1, "status": VersionStatus.DRAFT,
        "zh": TEXT.zh, "en": TEXT.en, "zh_sha256": text_sha256(TEXT.zh), "en_sha256": text_sha256(TEXT.en),
        "sha256": version_sha256(TEXT), "change_note": "", "version": 1,
        **dict.fromkeys(
            ("submitted_by", "submitted_person_id", "submitted_at", "approved_by", "approved_at", "published_at")
        ),
    }  # fmt: skip
    drafted = PolicyVersionDrafted(document["id"], 1, version["zh_sha256"], version["en_sha256"])
    entries = []
    for model, row, message in (
        (PolicyDocument, document, PolicyCreated(CODE)),
        (PolicyVersion, version, drafted),
    ):
        entry = Entry(
            message, f"{model.__audit_kind__}/{row['id']}", "system", now, state=row_state(model, row)
        )
        connection.execute(insert(model), [{**row, "last_event_id": entry.id}])
        entries.append(entry)
    append_many(connection, entries)
