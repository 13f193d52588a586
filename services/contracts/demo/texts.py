"""What the demo company's contracts say and are called; every name and clause is invented."""

from services.contracts.agreements.rules import ContractType
from shared.core.money import Money

LINES = {"consumables": "高值耗材", "equipment": "大型设备", "ivd": "体外诊断试剂"}
TITLES = {
    ContractType.SALES: "{line}年度采购合同",
    ContractType.DISTRIBUTION: "{line}区域经销协议",
    ContractType.TENDER: "{line}集中采购中标合同",
    ContractType.CONSIGNMENT: "{line}寄售管理协议",
    ContractType.EQUIPMENT_PLACEMENT: "{line}配套设备投放协议",
    ContractType.SERVICE: "{line}维护保养服务合同",
    ContractType.HCP_CONSULTANCY: "{line}临床应用咨询服务合同",
}
_TEXT = """{title}
合同编号：{number}
甲方：{customer}
乙方：良信医疗器械股份有限公司

第一条 标的。乙方按本合同附件向甲方供应{line}，规格、型号、注册证编号以附件为准。
第二条 价款。合同总价（含税）人民币 {amount} 元，税率百分之十三。
第三条 交付。乙方在收到订单后十日内送达甲方指定地点，毁损、灭失的风险自签收时起转移。
第四条 验收。甲方应在收货后七日内验收；逾期未提出书面异议的，视为验收合格。
第五条 付款。甲方应自验收合格之日起六十日内付清；逾期付款的，按日支付未付款万分之二的违约金。
第六条 质量与不良事件。乙方保证产品符合注册证载明的技术要求，并依法履行召回与不良事件报告义务。
第七条 反商业贿赂。双方不得以任何名义给予或收受回扣；甲方有权审计，违反者另一方可解除合同。
第八条 争议解决。因本合同发生的争议，由乙方住所地人民法院管辖。
"""


def title_of(kind: ContractType, line: str) -> str:
    """Return a contract's title."""
    return TITLES[kind].format(line=LINES.get(line, "医疗器械"))


def text_of(kind: ContractType, line: str, *, number: str, customer: str, amount_minor: int) -> str:
    """Return a contract's text."""
    return _TEXT.format(
        title=title_of(kind, line),
        number=number,
        customer=customer,
        line=LINES.get(line, "医疗器械"),
        amount=f"{Money(amount_minor, 'CNY').decimal:,}",
    )
