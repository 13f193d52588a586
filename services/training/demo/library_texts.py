"""What the demo company has in its library: regulations that exist, and everything else invented."""

from dataclasses import dataclass

from services.training.library.rules import EntryKind
from shared.core.text import LocalizedText


@dataclass(frozen=True)
class DemoEntry:
    """An entry; `days_ago` counts from the company's today, `valid_days` too (negative: past)."""

    kind: EntryKind
    title: LocalizedText
    summary: LocalizedText
    text: LocalizedText
    tags: tuple[str, ...]
    source: str
    source_on: str
    days_ago: int
    lines: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    valid_days: int | None = None
    revised: LocalizedText | None = None


def text(zh: str, en: str) -> LocalizedText:
    """Return a text in both languages."""
    return LocalizedText(zh=zh, en=en)


_R, _P = EntryKind.REGULATION, EntryKind.PRODUCT

REGULATIONS = (
    DemoEntry(
        _R,
        text("医疗器械监督管理条例", "Regulation on the Supervision and Administration of Medical Devices"),
        text(
            "器械行业的根本法规：注册与备案、生产、经营使用、不良事件、监督与法律责任。",
            "The industry's basic regulation: registration, manufacture, distribution and use, adverse events, liability.",
        ),
        text(
            "# 销售人员要记住的\n\n- 只销售已注册或者已备案的产品，宣传不得超出注册证载明的适用范围。\n- 经营第三类医疗器械须取得经营许可，第二类须备案。\n- 进货查验记录与销售记录要真实、准确、完整和可追溯。\n- 不得经营未依法注册、无合格证明文件以及过期、失效、淘汰的医疗器械。\n\n# 出了问题怎么办\n\n发现不良事件或者质量问题，当天报告质量部，不自行处理、不许诺赔偿。",
            "# What a rep remembers\n\n- Sell only registered or filed devices, and claim nothing beyond the registered scope of use.\n- Distributing class III devices needs a licence, class II a filing.\n- Records of purchase checks and of sales are true, accurate, complete and traceable.\n- Unregistered, expired, failed or obsolete devices are not distributed.\n\n# When something goes wrong\n\nReport an adverse event or a quality problem to Quality on the same day; settle nothing and promise nothing yourself.",
        ),
        ("医疗器械", "注册", "追溯"),
        "国务院令第739号",
        "2021-02-09",
        320,
    ),
    DemoEntry(
        _R,
        text("反不正当竞争法（2025年修订）", "Anti-Unfair Competition Law (2025 revision)"),
        text(
            "第八条是反商业贿赂的依据：行贿与受贿的单位和个人都要承担责任。",
            "Article 8 is the basis against commercial bribery: those who give and those who take are both liable.",
        ),
        text(
            "# 与我们最相关的\n\n- 不得给予交易相对方的工作人员、受其委托办理事务的单位或者个人、利用职权或者影响力影响交易的单位或者个人财物或者其他利益。\n- 折扣可以明示给予交易相对方，佣金可以明示支付给中间人，但双方都须如实入账。账外暗中给予就是**回扣**。\n- 不得作虚假或者引人误解的商业宣传，不得诋毁竞争对手。\n- 工作人员行贿的，视为经营者的行为；有证据证明与谋取交易机会无关的除外。",
            "# What concerns us most\n\n- No money or other benefit to the staff of a buyer, to whoever acts for it, or to anybody who uses position or influence to sway a purchase.\n- A discount may be given openly to the buyer and a commission openly to an intermediary, if both enter it in their books. Off the books it is a **kickback**.\n- No false or misleading promotion, and no disparaging of competitors.\n- What an employee gives counts as given by the company, unless it is shown to have nothing to do with winning business.",
        ),
        ("反商业贿赂", "回扣", "商业宣传"),
        "全国人民代表大会常务委员会",
        "2025-06-27",
        300,
        readers=("rep", "rep2", "manager"),
        revised=text(
            "# 与我们最相关的\n\n- 第八条：不得给予交易相对方的工作人员、受其委托办理事务的单位或者个人、利用职权或者影响力影响交易的单位或者个人财物或者其他利益；单位和个人**也不得收受**。\n- 折扣可以明示给予交易相对方，佣金可以明示支付给中间人，但双方都须如实入账。账外暗中给予就是**回扣**。\n- 不得作虚假或者引人误解的商业宣传，不得诋毁竞争对手。\n- 工作人员行贿的，视为经营者的行为；有证据证明与谋取交易机会无关的除外。\n- 自2025年10月15日起施行。",
            "# What concerns us most\n\n- Article 8: no money or other benefit to the staff of a buyer, to whoever acts for it, or to anybody who uses position or influence to sway a purchase; and **nobody may take it** either.\n- A discount may be given openly to the buyer and a commission openly to an intermediary, if both enter it in their books. Off the books it is a **kickback**.\n- No false or misleading promotion, and no disparaging of competitors.\n- What an employee gives counts as given by the company, unless it is shown to have nothing to do with winning business.\n- In force since 15 October 2025.",
        ),
    ),
    DemoEntry(
        _R,
        text(
            "医药企业防范商业贿赂风险合规指引",
            "Compliance Guidelines for Healthcare Companies on Preventing Commercial Bribery Risks",
        ),
        text(
            "学术拜访、业务接待、咨询服务、外包、折扣、捐赠、无偿投放设备等九类场景的风险识别与防范。",
            "Recognising and preventing risk in nine settings: visits, hospitality, consulting, outsourcing, discounts, donations, free equipment and others.",
        ),
        text(
            "# 自查清单\n\n- 学术拜访：医药代表的行为与推广内容可追溯，不承担销售指标之外的利益输送。\n- 业务接待：符合标准，不安排娱乐、旅游，不由经销商代付。\n- 咨询与讲者：服务真实必要，报酬按公允价值，先签协议后付款。\n- 无偿投放设备：不得与耗材采购量挂钩。\n- 捐赠：经医院统一接受，不附带采购条件，不给个人。",
            "# Checklist\n\n- Visits: what is promoted can be traced, and nothing of value moves with it.\n- Hospitality: within the limits, no entertainment, no travel, never paid by a dealer.\n- Consultants and speakers: a real need, fair market value, agreement first and payment after.\n- Free equipment: never tied to the volume of consumables.\n- Donations: to the hospital as such, without conditions, never to a person.",
        ),
        ("反商业贿赂", "学术推广", "捐赠"),
        "国家市场监督管理总局",
        "2025-01-10",
        260,
        readers=("rep2", "manager"),
    ),
    DemoEntry(
        _R,
        text(
            "医疗器械经营监督管理办法",
            "Measures for the Supervision and Administration of Medical Device Distribution",
        ),
        text(
            "经营许可与备案、购销记录、经销商资质审核。",
            "Licences and filings, records of purchase and sale, checking a dealer's qualification.",
        ),
        text(
            "# 选经销商之前\n\n- 核对营业执照、经营许可证或者备案凭证，经营范围要覆盖所售类别。\n- 取得授权书，写明产品、区域、期限和销售人员姓名与身份证号码。\n- 进货查验记录保存至有效期满后二年；没有有效期的，不少于五年；植入类永久保存。",
            "# Before choosing a dealer\n\n- Check the business licence and the distribution licence or filing; its scope covers what is sold.\n- Have an authorisation that names products, territory, period and the salespeople.\n- Purchase records are kept for two years after expiry, five years without one, and for ever for implants.",
        ),
        ("经销商", "医疗器械", "追溯"),
        "国家市场监督管理总局令第54号",
        "2022-03-10",
        240,
    ),
    DemoEntry(
        _R,
        text("医疗器械唯一标识系统规则", "Rules for the Unique Device Identification System"),
        text(
            "UDI 的组成、赋码与数据库，医院扫码入库的依据。",
            "What a UDI is made of, who assigns it, and why hospitals scan it.",
        ),
        text(
            "# 要点\n\n- UDI 由产品标识和生产标识组成，最小销售单元与更高级别包装都要赋码。\n- 第三类器械已全部实施；第二类分批推进。\n- 医院扫不出码时，先核对数据库中的版本，再联系注册部。",
            "# In short\n\n- A UDI has a device identifier and a production identifier, on the smallest unit of sale and every higher package.\n- All class III devices carry one; class II follows in batches.\n- When a hospital cannot scan it, check the version in the database first, then call Regulatory.",
        ),
        ("UDI", "追溯", "医疗器械"),
        "国家药品监督管理局",
        "2019-08-23",
        210,
    ),
    DemoEntry(
        _R,
        text(
            "体外诊断试剂注册与备案管理办法",
            "Measures for the Registration and Filing of In Vitro Diagnostic Reagents",
        ),
        text(
            "体外诊断试剂的分类、注册与变更，什么可以说，什么不可以说。",
            "Classes, registration and changes of IVD reagents, and what may be said of them.",
        ),
        text(
            "# 要点\n\n- 按风险程度分为第一、二、三类，第一类备案，第二、三类注册。\n- 预期用途以注册证为准，未批准的样本类型、适用人群不得宣传。\n- 变更未批准之前，按原注册证销售。",
            "# In short\n\n- Three classes by risk: the first is filed, the others registered.\n- The intended use is that of the certificate; sample types and groups of patients not approved are not promoted.\n- Until a change is approved, sell by the certificate there is.",
        ),
        ("体外诊断", "注册"),
        "国家市场监督管理总局令第48号",
        "2021-08-26",
        190,
        lines=("ivd",),
        readers=("trainer",),
    ),
    DemoEntry(
        _R,
        text(
            "个人信息保护法：拜访记录里能写什么",
            "Personal Information Protection Law: what may stand in a visit note",
        ),
        text(
            "医务人员与患者信息的处理规则，敏感个人信息须单独同意。",
            "Handling what concerns physicians and patients; sensitive data needs separate consent.",
        ),
        text(
            "# 可以写\n\n- 公开的职务与科室、拜访目的、产品反馈。\n\n# 不可以写\n\n- 患者姓名、病历号、影像截图。医疗健康信息是敏感个人信息，处理须有特定目的和充分必要性，并取得单独同意。\n- 医生的家庭、爱好、身份证号码、私人手机号。",
            "# May be written\n\n- Public office and department, the purpose of the visit, what was said of the product.\n\n# May not be written\n\n- A patient's name, record number or images. Health data is sensitive: it needs a specific purpose, sufficient necessity and separate consent.\n- A physician's family, hobbies, identity number or private telephone.",
        ),
        ("隐私", "数据安全", "CRM"),
        "全国人民代表大会常务委员会",
        "2021-08-20",
        150,
        readers=("rep", "rep2"),
    ),
)

PRODUCTS = (
    DemoEntry(
        _P,
        text("可吸收缝合线产品手册（2026版）", "Absorbable sutures: product handbook (2026)"),
        text(
            "规格、抗张强度曲线、适应科室与常见问题。",
            "Sizes, tensile strength over time, departments and common questions.",
        ),
        text(
            "# 核心卖点\n\n- 28 天保持 70 % 以上抗张强度，60 至 90 天吸收。\n- 涂层顺滑，打结稳固。\n\n# 常见问题\n\n| 问题 | 回答 |\n| --- | --- |\n| 能否用于心血管缝合？ | 不能，注册证未载明。 |\n| 开封后能否再灭菌？ | 不能。 |",
            "# What matters\n\n- More than 70 % of tensile strength after 28 days, absorbed in 60 to 90.\n- A smooth coating, knots that hold.\n\n# Common questions\n\n| Question | Answer |\n| --- | --- |\n| For cardiovascular sutures? | No: not in the registration. |\n| May it be sterilised again? | No. |",
        ),
        ("缝合线", "手术耗材"),
        "产品部",
        "2026-01-15",
        120,
        lines=("consumables",),
        readers=("rep2",),
    ),
    DemoEntry(
        _P,
        text("吻合器操作培训要点", "Staplers: what a training in theatre covers"),
        text("台上演示的十个步骤与三条红线。", "Ten steps of a demonstration, and three things never done."),
        text(
            "# 步骤\n\n- 核对型号与钉仓颜色。\n- 演示上仓、闭合、击发、退出。\n\n# 红线\n\n- 销售人员不上手术台，不碰无菌区。\n- 不替护士做器械清点。\n- 不评价主刀医生的操作。",
            "# Steps\n\n- Check the model and the colour of the cartridge.\n- Show loading, closing, firing, withdrawing.\n\n# Never\n\n- A rep is never at the table and never in the sterile field.\n- Never count instruments for the nurses.\n- Never judge the surgeon's technique.",
        ),
        ("吻合器", "手术耗材", "培训"),
        "产品部",
        "2025-11-20",
        100,
        lines=("consumables",),
        readers=("rep",),
    ),
    DemoEntry(
        _P,
        text("CT机 64排与128排选型指南", "CT scanners: choosing between 64 and 128 slices"),
        text(
            "按日检查量、心脏检查比例与机房条件给出建议。",
            "By scans a day, share of cardiac work, and the room there is.",
        ),
        text(
            "# 选型\n\n- 日检查量 80 以下、以胸腹为主：64排。\n- 有胸痛中心、心脏检查超过两成：128排。\n- 机房承重与供电先由工程师现场确认，再谈配置。",
            "# Choosing\n\n- Under 80 scans a day, mostly chest and abdomen: 64 slices.\n- A chest pain centre, more than a fifth cardiac: 128 slices.\n- An engineer confirms floor load and power on site before anything is configured.",
        ),
        ("CT", "大型设备", "选型"),
        "产品部",
        "2026-03-02",
        80,
        lines=("equipment",),
    ),
    DemoEntry(
        _P,
        text("化学发光检测项目菜单", "Chemiluminescence: menu of assays"),
        text(
            "肿瘤标志物、甲功、心肌标志物等项目与注册证号对照。",
            "Tumour markers, thyroid, cardiac and others, with their registration numbers.",
        ),
        text(
            "# 使用说明\n\n- 报价前核对注册证有效期。\n- 新增项目以注册部通知为准，未获证的项目不进菜单、不做样本比对。",
            "# How to use it\n\n- Check that the registration is valid before quoting.\n- New assays come by notice from Regulatory; what is not registered is not on the menu and not compared on samples.",
        ),
        ("化学发光", "体外诊断"),
        "产品部",
        "2026-05-06",
        60,
        lines=("ivd",),
        readers=("trainer",),
    ),
    DemoEntry(
        _P,
        text("高值耗材价格与配送政策（2025年度）", "High-value consumables: prices and delivery (2025)"),
        text(
            "2025 年度政策，新年度版本发布前请勿引用。", "For 2025; not to be quoted once the year is over."
        ),
        text(
            "# 说明\n\n- 挂网价以省级平台为准。\n- 折扣须写入合同并如实入账，任何口头承诺无效。",
            "# Note\n\n- The listed price is that of the province's platform.\n- A discount stands in the contract and in both books; nothing said by mouth counts.",
        ),
        ("价格", "配送"),
        "商务部",
        "2025-01-08",
        280,
        lines=("consumables",),
        valid_days=-20,
        readers=("rep", "manager"),
    ),
)
TEXTS = (*REGULATIONS, *PRODUCTS)
