"""Registering counterparties."""

from datetime import datetime

from services.contracts.counterparties.models import Counterparty, sort_name_of
from services.contracts.counterparties.queries import find_by_credit_code
from services.contracts.counterparties.rules import CounterpartyKind, check_credit_code
from shared.core.errors import Conflict
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.text import N_, LocalizedText
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.contracts import CounterpartyRegistered


def register_counterparty(
    uow: UnitOfWork,
    *,
    kind: CounterpartyKind,
    name: LocalizedText,
    region: str,
    credit_code: str,
    principal: Principal,
    now: datetime,
) -> Counterparty:
    """Add a customer or distributor; raise Conflict when its credit code is none, or is there already."""
    code = check_credit_code(credit_code)
    if find_by_credit_code(uow.session, code) is not None:
        raise Conflict(
            N_("A counterparty with this credit code is registered already"),
            fields={"credit_code": [N_("Registered already")]},
        )
    found = Counterparty(
        id=new_id(), kind=kind, name=name, sort_name=sort_name_of(name), region=region,
        credit_code=code, registered_at=now,
    )  # fmt: skip
    uow.session.add(found)
    append(
        uow,
        CounterpartyRegistered(found.id, found.kind.value, found.region, found.credit_code),
        row=found,
        actor=principal,
        now=now,
    )
    return found
