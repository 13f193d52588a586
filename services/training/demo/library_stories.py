"""More of the demo company's library: competitors, cases and industry reports, all of it invented."""

from services.training.demo.library_texts import DemoEntry, text
from services.training.library.rules import EntryKind

_K, _C, _I = EntryKind.COMPETITOR, EntryKind.CASE, EntryKind.REPORT

COMPETITORS = (
    DemoEntry(
        _K,
        text(
            "竞品观察：可吸收缝合线市场的三家主要企业", "Competitors: three main makers of absorbable sutures"
        ),
        text(
            "依据年报、注册证公开信息与挂网价整理，不含任何非公开信息。",
            "From annual reports, public registrations and listed prices; nothing that is not public.",
        ),
        text(
            "# 格局\n\n- 甲公司：产品线最全，三级医院覆盖高，挂网价偏高。\n- 乙公司：集采中标价最低，供货集中在华东、华南。\n- 丙公司：带抗菌涂层的型号去年获证。\n\n# 应对\n\n只讲自己的证据，不贬低对手。客户给的对手报价单、内部资料一律不收。",
            "# Who is there\n\n- Company A: the broadest range, strong in tertiary hospitals, listed higher.\n- Company B: the lowest price in centralised procurement, mostly East and South China.\n- Company C: an antibacterial coating, registered last year.\n\n# What we do\n\nSpeak of our own evidence and disparage nobody. A competitor's quotation or internal paper offered by a customer is not taken.",
        ),
        ("竞品", "缝合线", "集中带量采购"),
        "上市公司年报、国家药监局数据库",
        "2026-04-30",
        70,
        lines=("consumables",),
        readers=("rep2",),
    ),
    DemoEntry(
        _K,
        text(
            "竞品观察：国产化学发光企业的装机与项目数",
            "Competitors: installed base and menus of domestic chemiluminescence makers",
        ),
        text(
            "公开年报口径，装机量口径各家不一，只作参考。",
            "As the annual reports count, each in its own way; for orientation only.",
        ),
        text(
            "# 要点\n\n- 头部企业以流水线带动试剂，县域医院增长最快。\n- 对手强调项目数，我们强调性能验证与服务响应。",
            "# In short\n\n- The leaders sell reagents through automated lines; county hospitals grow fastest.\n- They speak of the number of assays, we of verified performance and of service.",
        ),
        ("竞品", "化学发光", "体外诊断"),
        "上市公司年报",
        "2026-04-28",
        55,
        lines=("ivd",),
    ),
    DemoEntry(
        _K,
        text("合法收集竞争情报的边界", "Competitive intelligence: where the limits are"),
        text(
            "可以看什么、不可以问什么、收到不该收的怎么办。",
            "What may be read, what may not be asked, and what to do with what should not have come.",
        ),
        text(
            "# 可以\n\n年报、招标公告、注册信息、展会公开资料、论文。\n\n# 不可以\n\n- 冒充客户套取报价。\n- 向对手员工、离职员工或者医院采购打听未公开的底价：可能构成侵犯商业秘密。\n\n# 收到了怎么办\n\n不看、不转发，当天报告合规部。",
            "# May be used\n\nAnnual reports, tender notices, registrations, what is shown at fairs, papers.\n\n# May not be done\n\n- Posing as a customer to obtain a quotation.\n- Asking a competitor's staff, former staff or a hospital's buyers for prices that are not public: that may infringe a trade secret.\n\n# If it reaches you\n\nDo not read it, do not pass it on, and report it to compliance on the same day.",
        ),
        ("竞品", "商业秘密"),
        "合规部",
        "2025-12-12",
        40,
        readers=("rep", "compliance"),
    ),
)

CASES = (
    DemoEntry(
        _C,
        text("案例：一次被退回的学术会议赞助申请", "Case: a sponsorship that was sent back"),
        text(
            "申请里少了什么，补齐之后怎样在两周内通过。",
            "What was missing, and how it passed two weeks later.",
        ),
        text(
            "# 经过\n\n某市中心医院的科室会申请 3 万元赞助，议程只有半天，却列了两晚住宿。\n\n# 问题\n\n- 议程与住宿不符。\n- 收款方是科室主任个人账户。\n\n# 结果\n\n改为赞助学会、按展位付费，议程与签到留存。会办成了，没有人越线。",
            "# What happened\n\nA department asked for 30,000 yuan for a meeting of half a day, with two nights in a hotel.\n\n# What was wrong\n\n- The nights did not fit the agenda.\n- The payee was the head of department in person.\n\n# How it ended\n\nThe society was sponsored instead, by a booth with a price; agenda and attendance were kept. The meeting took place and nobody crossed a line.",
        ),
        ("学术推广", "赞助", "反商业贿赂"),
        "培训部案例研讨",
        "2026-02-18",
        95,
        readers=("rep", "rep2", "manager"),
    ),
    DemoEntry(
        _C,
        text(
            "案例：经销商提出“返点给主任”之后",
            "Case: the dealer who proposed a rebate for the head of department",
        ),
        text(
            "代表当场怎么说，合规部怎么查，客户关系怎样保住。",
            "What the rep said, how compliance looked into it, and how the customer stayed.",
        ),
        text(
            "# 经过\n\n经销商建议从差价里拿出两个点给科室主任。代表当场拒绝，当晚报告。\n\n# 处理\n\n- 核查三年流水，终止该经销商授权。\n- 由公司直接拜访医院，说明更换配送商。\n\n# 讨论\n\n如果你是这位代表，第一句话怎么说？",
            "# What happened\n\nThe dealer proposed to give two points of the margin to the head of department. The rep refused at once and reported it that evening.\n\n# What was done\n\n- Three years of payments were examined and the dealer's authorisation ended.\n- The company itself called on the hospital and explained the new distributor.\n\n# To discuss\n\nIn that rep's place, what is your first sentence?",
        ),
        ("回扣", "经销商", "反商业贿赂"),
        "培训部案例研讨",
        "2026-06-09",
        30,
        readers=("manager",),
    ),
    DemoEntry(
        _C,
        text(
            "案例：大型设备投标，凭什么赢了最低价",
            "Case: a tender for capital equipment, won against the lowest price",
        ),
        text(
            "全生命周期成本表与临床证据如何打动评标专家。",
            "How a table of lifetime cost and clinical evidence persuaded the panel.",
        ),
        text(
            "# 做法\n\n- 提前六个月做需求调研，只谈临床场景，不参与标书参数。\n- 十年总成本表：维保、球管、停机损失。\n- 三家同级医院的公开论文。",
            "# What was done\n\n- Needs were asked six months ahead, in clinical terms; nobody touched the specification of the tender.\n- A table of ten years' cost: service, tubes, downtime.\n- Published papers from three hospitals of the same level.",
        ),
        ("招标", "大型设备", "大客户"),
        "培训部案例研讨",
        "2026-03-27",
        66,
        lines=("equipment",),
    ),
    DemoEntry(
        _C,
        text("案例：冷链中断四小时的试剂", "Case: reagents after four hours without cooling"),
        text(
            "从温度记录仪报警到客户签收新货的完整经过。",
            "From the logger's alarm to the customer's signature for the new lot.",
        ),
        text(
            "# 经过\n\n夜间配送车制冷故障，记录仪显示 2 至 8 ℃ 区间中断四小时。\n\n# 处理\n\n整批封存、当日换货、书面告知。没有人说“应该没事”。",
            "# What happened\n\nThe van's cooling failed at night; the logger shows four hours outside 2 to 8 °C.\n\n# What was done\n\nThe lot was set aside, replaced on the same day, and the customer told in writing. Nobody said that it would probably be fine.",
        ),
        ("冷链", "体外诊断", "质量"),
        "质量部",
        "2026-05-21",
        45,
        lines=("ivd",),
    ),
    DemoEntry(
        _C,
        text("案例：新人第一次独立拜访", "Case: a first visit alone"),
        text(
            "十五分钟里做对的三件事与做错的一件事。",
            "Three things done right in fifteen minutes, and one done wrong.",
        ),
        text(
            "# 做对\n\n- 提前预约，按医院规定登记。\n- 只带一页资料，先问再讲。\n- 当晚写拜访记录。\n\n# 做错\n\n- 顺口答应“免费试用一台”。无偿投放须走审批。",
            "# Right\n\n- An appointment, and signed in as the hospital asks.\n- One page, and questions before answers.\n- A note of the visit the same evening.\n\n# Wrong\n\n- A casual promise of “one free to try”. Free equipment needs an approval.",
        ),
        ("新人", "拜访"),
        "培训部",
        "2026-07-01",
        12,
    ),
)

REPORTS = (
    DemoEntry(
        _I,
        text(
            "行业报告：耗材集中带量采购第三年回顾",
            "Report: three years of centralised procurement of consumables",
        ),
        text(
            "降幅、中选企业结构与续约规则的变化。",
            "Price cuts, who was selected, and how renewals have changed.",
        ),
        text(
            "# 要点\n\n- 降幅趋于温和，质量与供应保障权重上升。\n- 续约以稳为主，医院更看重配送响应。\n- 对销售的意义：从谈价格转向谈服务与临床证据。",
            "# In short\n\n- Cuts grow milder; quality and supply weigh more.\n- Renewals favour continuity, and hospitals look at delivery.\n- For sales: from talking price to talking service and evidence.",
        ),
        ("集中带量采购", "行业"),
        "行业协会年度报告",
        "2026-05-30",
        50,
        lines=("consumables",),
        readers=("manager",),
    ),
    DemoEntry(
        _I,
        text("行业报告：县域医疗设备更新的需求", "Report: renewal of equipment in county hospitals"),
        text(
            "设备更新政策下县域医院的采购节奏与付款周期。",
            "How county hospitals buy and pay under the renewal programme.",
        ),
        text(
            "# 要点\n\n- 需求集中在 CT、超声与内镜。\n- 付款周期拉长，签约前先看信用额度。",
            "# In short\n\n- CT, ultrasound and endoscopy are asked for most.\n- Payment takes longer: look at the credit limit before signing.",
        ),
        ("大型设备", "县域", "行业"),
        "行业协会年度报告",
        "2026-06-15",
        25,
        lines=("equipment",),
    ),
    DemoEntry(
        _I,
        text(
            "行业报告：医疗反腐之后的学术推广",
            "Report: academic promotion after the anti-corruption campaign",
        ),
        text(
            "会议数量下降、线上比例上升、留痕成为准入条件。",
            "Fewer meetings, more online, and a record of each as the price of entry.",
        ),
        text(
            "# 要点\n\n- 医院对厂家拜访普遍实行预约与登记。\n- 讲者费与会议服务费是检查重点。\n- 合规记录完整的企业更容易进入院内学术项目。",
            "# In short\n\n- Most hospitals ask for appointments and sign-in.\n- Speakers' fees and meeting services are examined first.\n- Companies with complete records are admitted to academic projects more easily.",
        ),
        ("学术推广", "反商业贿赂", "行业"),
        "咨询机构公开报告",
        "2026-04-11",
        9,
        readers=("trainer",),
    ),
    DemoEntry(
        _I,
        text("行业报告：体外诊断2026上半年注册趋势", "Report: IVD registrations in the first half of 2026"),
        text(
            "新获证项目的方法学与国产占比。",
            "Methods of the newly registered assays, and the share of domestic makers.",
        ),
        text(
            "# 要点\n\n- 化学发光与分子诊断占新获证项目多数。\n- 国产占比继续上升，同质化加剧。",
            "# In short\n\n- Chemiluminescence and molecular methods make up most of the new registrations.\n- Domestic makers gain further, and products resemble one another more.",
        ),
        ("体外诊断", "注册", "行业"),
        "国家药监局公开数据整理",
        "2026-07-10",
        5,
        lines=("ivd",),
    ),
    DemoEntry(
        _I,
        text("行业报告：医院付款周期与应收账款", "Report: how long hospitals take to pay"),
        text(
            "按地区与医院等级统计的平均回款天数。", "Average days to payment by region and level of hospital."
        ),
        text(
            "# 要点\n\n- 公立医院平均回款天数连续两年增加。\n- 经销商垫资压力上升，授信前看账龄。",
            "# In short\n\n- Public hospitals have taken longer for two years running.\n- Dealers carry more of it: look at the ageing before giving credit.",
        ),
        ("应收账款", "行业"),
        "行业协会年度报告",
        "2026-06-28",
        3,
    ),
)
STORIES = (*COMPETITORS, *CASES, *REPORTS)
