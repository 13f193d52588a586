"""What the demo company's sessions are about; every name and every hospital is invented."""

from dataclasses import dataclass

from services.training.sessions.rules import InstructorKind, SessionKind
from shared.core.text import LocalizedText as T


@dataclass(frozen=True)
class Story:
    """A session: `day` counts from today, `line` None is for everybody, `asked` is how many want a place."""

    day: int
    hour: int
    minutes: int
    kind: SessionKind
    line: str | None
    title: T
    about: T
    teacher: InstructorKind
    name: str
    affiliation: str
    place: str
    link: str
    capacity: int
    asked: int
    course: str | None = None


_RND, _CLINICAL, _TRAINER = InstructorKind.RND, InstructorKind.CLINICAL, InstructorKind.TRAINER
_LECTURE, _WORKSHOP = SessionKind.LECTURE, SessionKind.WORKSHOP
_WEBINAR, _CASE = SessionKind.WEBINAR, SessionKind.CASE_SEMINAR
_ROOM, _LAB, _ONLINE = "上海培训中心 301 会议室", "苏州研发中心 模拟导管室", "https://meet.liangxin.example/"

STORIES = (
    Story(
        -62,
        9,
        180,
        _LECTURE,
        None,
        T("招投标与带量采购：规则与案例", "Tendering and volume-based procurement"),
        T(
            "从公告到中标：资格审查、报价规则与常见废标原因。",
            "From notice to award: eligibility, pricing rules, and why bids fail.",
        ),
        _TRAINER,
        "孙悦",
        "培训部",
        _ROOM,
        "",
        40,
        34,
        "sales-process",
    ),
    Story(
        -48,
        14,
        120,
        _CASE,
        "consumables",
        T("左主干分叉病变案例研讨", "Case seminar: left main bifurcation"),
        T(
            "术者复盘策略选择，销售代表讨论器械配合要点。",
            "The operator goes through the strategy; reps discuss how the devices work together.",
        ),
        _CLINICAL,
        "韩启明",
        "东海市第一人民医院 心内科",
        _ROOM,
        "",
        24,
        26,
    ),
    Story(
        -35,
        9,
        150,
        _WORKSHOP,
        "equipment",
        T("新一代 DSA 平台装机与演示实操", "Installing and demonstrating the new DSA platform"),
        T(
            "现场操作、常见故障判断与科室演示流程。",
            "Hands on: operation, common faults, and how to demonstrate it to a department.",
        ),
        _RND,
        "卢伟",
        "研发中心 影像平台部",
        _LAB,
        "",
        16,
        15,
    ),
    Story(
        -27,
        14,
        90,
        _WEBINAR,
        "ivd",
        T("高敏肌钙蛋白检测：方法学与临床解读", "High-sensitivity troponin: method and reading"),
        T(
            "方法学性能、参考上限与急诊流程。",
            "Performance of the method, the upper reference limit, and the emergency pathway.",
        ),
        _RND,
        "钟晓宁",
        "研发中心 免疫诊断部",
        "",
        _ONLINE + "tnt",
        60,
        38,
    ),
    Story(
        -20,
        9,
        180,
        _LECTURE,
        "consumables",
        T("可吸收支架：从材料到随访", "Absorbable stents: from the material to the follow-up"),
        T(
            "材料降解机制、适应证边界与五年随访数据。",
            "How the material dissolves, where the indication ends, five years of follow-up.",
        ),
        _RND,
        "卢伟",
        "研发中心 血管介入部",
        _ROOM,
        "",
        30,
        30,
        "product-knowledge",
    ),
    Story(
        -13,
        14,
        120,
        _CASE,
        "ivd",
        T("感染标志物假阳性案例研讨", "Case seminar: false positive infection markers"),
        T(
            "检验科主任复盘三例干扰，讨论与临床沟通的方式。",
            "A laboratory head goes through three interferences, and how to talk to clinicians.",
        ),
        _CLINICAL,
        "宋雅琴",
        "江州大学附属医院 检验科",
        "",
        _ONLINE + "lab",
        40,
        28,
    ),
    Story(
        -6,
        9,
        150,
        _LECTURE,
        None,
        T("学术推广合规边界", "Where academic promotion ends"),
        T(
            "讲者管理、会议赞助与资料审核的要求。",
            "Speakers, sponsoring meetings, and what has to be reviewed before it is handed out.",
        ),
        _TRAINER,
        "孙悦",
        "培训部",
        _ROOM,
        "",
        36,
        33,
    ),
    Story(
        -2,
        14,
        120,
        _WORKSHOP,
        "consumables",
        T("药物球囊输送技巧工作坊", "Workshop: delivering drug-coated balloons"),
        T(
            "模拟导管室分组操作，每组不超过四人。",
            "In groups of at most four in the simulated catheter room.",
        ),
        _CLINICAL,
        "韩启明",
        "东海市第一人民医院 心内科",
        _LAB,
        "",
        12,
        15,
    ),
    Story(
        1,
        9,
        120,
        _LECTURE,
        "equipment",
        T("影像设备维保与开机率管理", "Servicing imaging equipment and keeping it running"),
        T("维保合同条款与开机率口径。", "What service contracts promise, and how uptime is counted."),
        _RND,
        "贺志成",
        "研发中心 影像平台部",
        _ROOM,
        "",
        30,
        18,
    ),
    Story(
        3,
        14,
        90,
        _WEBINAR,
        None,
        T("CRM 拜访记录常见问题答疑", "Visit records in the CRM: questions and answers"),
        T(
            "拜访计划、记录与审核的常见问题。",
            "Planning, recording and reviewing visits: what is asked most.",
        ),
        _TRAINER,
        "孙悦",
        "培训部",
        "",
        _ONLINE + "crm",
        80,
        42,
    ),
    Story(
        6,
        9,
        180,
        _WORKSHOP,
        "consumables",
        T("冠脉旋磨操作实训", "Rotational atherectomy, hands on"),
        T(
            "模拟器上的完整操作流程与并发症处理。",
            "The whole procedure on the simulator, and what to do when it goes wrong.",
        ),
        _CLINICAL,
        "韩启明",
        "东海市第一人民医院 心内科",
        _LAB,
        "",
        10,
        15,
        "product-knowledge",
    ),
    Story(
        9,
        14,
        120,
        _CASE,
        "consumables",
        T("慢性完全闭塞病变案例研讨", "Case seminar: chronic total occlusion"),
        T("逆向开通一例：策略、器械与配合。", "A retrograde recanalisation: strategy, devices, teamwork."),
        _CLINICAL,
        "乔志远",
        "北岭省人民医院 心内科",
        _ROOM,
        "",
        24,
        12,
    ),
    Story(
        13,
        9,
        150,
        _LECTURE,
        "ivd",
        T("流水线整体方案与成本测算", "Laboratory automation: the whole solution and its cost"),
        T("标本量测算、布局与五年成本模型。", "Sample volumes, layout, and a five-year cost model."),
        _RND,
        "钟晓宁",
        "研发中心 免疫诊断部",
        _ROOM,
        "",
        30,
        16,
    ),
    Story(
        20,
        14,
        180,
        _WORKSHOP,
        None,
        T("大客户谈判工作坊", "Workshop: negotiating with key accounts"),
        T("分组角色扮演，现场录像复盘。", "Role play in groups, filmed and gone through together."),
        _TRAINER,
        "孙悦",
        "培训部",
        _ROOM,
        "",
        20,
        24,
        "sales-process",
    ),
)

# What is running at this very moment, or about to: the trainer has it before them when they sign in.
TODAY = Story(
    0,
    0,
    90,
    _LECTURE,
    None,
    T("新员工产品线速览", "The product lines at a glance, for newcomers"),
    T("三条产品线的核心技术与主要竞品。", "What the three product lines are built on, and whom they meet."),
    _TRAINER,
    "孙悦",
    "培训部",
    _ROOM,
    "",
    30,
    22,
)
PLANNED = Story(
    34,
    9,
    120,
    _WEBINAR,
    "equipment",
    T("超声新探头上市培训（待定）", "Launch of a new ultrasound probe (to be confirmed)"),
    T("产品经理确认上市日期后开放报名。", "To be opened once product management confirms the date."),
    _RND,
    "贺志成",
    "研发中心 超声部",
    "",
    _ONLINE + "us",
    60,
    0,
)

CASES: dict[str, T] = {
    "左主干分叉病变案例研讨": T(
        "患者六十余岁，劳力性胸痛半年，造影示左主干末端累及回旋支开口。\n\n术者采用双支架策略：先处理边支，"
        "再行主支支架植入与最终对吻扩张。\n\n复盘要点：边支保护的时机、球囊选择，以及台下如何提前备齐器械。",
        "A patient in the sixties with exertional chest pain; angiography shows the distal left main reaching the "
        "circumflex.\n\nTwo stents were used: the side branch first, then the main vessel and final kissing "
        "balloons.\n\nDiscussed: when to protect the side branch, which balloon, and which devices to have ready.",
    ),
    "感染标志物假阳性案例研讨": T(
        "三例门诊筛查阳性而确证阴性：分别为类风湿因子、嗜异性抗体与标本溶血干扰。\n\n处理：换用阻断剂复测、"
        "另一平台比对、重新采样。\n\n沟通要点：只陈述方法学性能，不替代临床诊断。",
        "Three positive screens that confirmation did not bear out: rheumatoid factor, heterophile antibodies, and "
        "haemolysis.\n\nHandled by blocking agents, a second platform, and a fresh sample.\n\nTalking about it: "
        "state how the method performs, and leave the diagnosis to the clinician.",
    ),
}
COMMENTS = (
    "案例很贴近工作，希望多一些现场演示。",
    "讲得清楚，资料能否课后发一份？",
    "内容扎实，节奏稍快。",
    "分组练习时间可以再长一点。",
    "对解答客户疑问很有帮助。",
    "希望增加竞品对比的部分。",
)
