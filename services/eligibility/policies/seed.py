"""The policy the product ships with, version 1. Frozen: installed databases hold its digest."""

from services.eligibility.policies.rules import Effect, Policy, Rule, When, check_policy
from shared.core.text import LocalizedText

T = LocalizedText


def default_policy() -> Policy:
    """Return version 1."""
    return check_policy(
        (
            Rule(
                "TRAINING_OVERDUE", "training", "training_overdue", Effect.HOLD, When.AT_CUTOFF,
                T("必修培训逾期未完成", "Mandatory training is overdue"),
                T("未完成必修培训的人员不应在未掌握规则的情况下获得销售激励；完成后即释放。",
                  "Nobody should be paid for selling before they have learned the rules; finishing releases it."),
            ),
            Rule(
                "CERTIFICATE_EXPIRED", "training", "certificate_expired", Effect.HOLD, When.AT_CUTOFF,
                T("上岗证书已过期", "A required certificate has expired"),
                T("证书到期意味着能力证明不再有效；续证后即释放。",
                  "An expired certificate no longer proves competence; renewing it releases the payment."),
            ),
            Rule(
                "ATTESTATION_OVERDUE", "compliance", "attestation_overdue", Effect.HOLD, When.AT_CUTOFF,
                T("合规承诺逾期未签", "A compliance attestation is overdue"),
                T("未签署承诺即未确认知悉制度；签署后即释放。",
                  "Until it is signed nobody has confirmed that they know the policy; signing releases it."),
            ),
            Rule(
                "CONDUCT_HOLD", "compliance", "conduct_hold", Effect.HOLD, When.AT_CUTOFF,
                T("合规部门要求暂缓", "Held at the request of compliance"),
                T("调查期间暂缓支付可避免日后追索；原因保密，以保护当事人与举报人。",
                  "Waiting during an inquiry avoids taking money back; the cause stays confidential to protect "
                  "those concerned and whoever reported."),
                confidential=True,
            ),
            Rule(
                "CONDUCT_FORFEIT", "compliance", "conduct_forfeit", Effect.FORFEIT, When.ANY_TIME_IN_PERIOD,
                T("合规处分：取消当期激励", "Sanction: the incentive for the period is forfeited"),
                T("期间内任何时点生效的处分都取消当期激励，不论其后是否结束；原因保密。",
                  "A sanction in force at any time in the period forfeits it, whether or not it has ended since; "
                  "the cause stays confidential."),
                confidential=True,
            ),
            Rule(
                "CONTRACT_UNAPPROVED", "contracts", "contract_unapproved", Effect.HOLD, When.AT_CUTOFF,
                T("合同未经批准即生效", "A contract took effect without approval"),
                T("未经评审的合同可能含有不可接受的条款；补批后即释放。",
                  "A contract that nobody reviewed may hold unacceptable terms; its approval releases it."),
            ),
            Rule(
                "RECEIVABLE_OVERDUE", "contracts", "receivable_overdue", Effect.HOLD, When.AT_CUTOFF,
                T("应收款严重逾期", "A receivable is long overdue"),
                T("销售只有在回款后才算完成；收回或移交后即释放。",
                  "A sale is complete when it is paid for; collecting the money releases the payment."),
            ),
        )
    )  # fmt: skip
