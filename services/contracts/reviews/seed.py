"""The approval policies that the product comes with; they apply until a company has policies of its own."""

from services.contracts.agreements.rules import ContractType
from services.contracts.reviews.rules import Mode, PlannedStep, Policy

_LEGAL, _FINANCE = PlannedStep("legal", 1), PlannedStep("finance", 2)
_MILLION = 100_000_000  # ¥1,000,000 in fen.

POLICIES = (
    # Equipment placed without a price can buy orders, so finance sees it whatever the amount.
    Policy(
        code="placement",
        priority=10,
        types=frozenset({ContractType.EQUIPMENT_PLACEMENT.value}),
        amount_from=None,
        currency="CNY",
        mode=Mode.ALL,
        steps=(_LEGAL, _FINANCE),
        days=5,
    ),
    Policy(
        code="large",
        priority=20,
        types=frozenset(),
        amount_from=_MILLION,
        currency="CNY",
        mode=Mode.ALL,
        steps=(_LEGAL, _FINANCE),
        days=5,
    ),
    Policy(
        code="standard",
        priority=90,
        types=frozenset(),
        amount_from=None,
        currency="CNY",
        mode=Mode.ALL,
        steps=(_LEGAL,),
        days=3,
    ),
)
