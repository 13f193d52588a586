"""What a counterparty is, and when its unified social credit code 统一社会信用代码 can be one.

What a schema can describe is refused there (422). A well-formed request that a rule refuses is a Conflict
(409) which still names the fields, here and in the other capabilities.
"""

import re
from enum import StrEnum

from shared.core.errors import Conflict
from shared.core.text import N_, LocalizedText, Message
from shared.messages.people import ProductLine, Region


class CounterpartyKind(StrEnum):
    """Whom we sell to, or through."""

    PUBLIC_HOSPITAL = "public_hospital"
    PRIVATE_HOSPITAL = "private_hospital"
    PRIMARY_CARE = "primary_care"
    RESEARCH_INSTITUTE = "research_institute"
    DISTRIBUTOR = "distributor"


KIND_TITLES: dict[CounterpartyKind, Message] = {
    CounterpartyKind.PUBLIC_HOSPITAL: N_("Public hospital"),
    CounterpartyKind.PRIVATE_HOSPITAL: N_("Private hospital"),
    CounterpartyKind.PRIMARY_CARE: N_("Primary care"),
    CounterpartyKind.RESEARCH_INSTITUTE: N_("Research institute"),
    CounterpartyKind.DISTRIBUTOR: N_("Distributor"),
}
REGION_TITLES: dict[str, LocalizedText] = {one.value: one.label for one in Region}
PRODUCT_LINE_TITLES: dict[str, LocalizedText] = {one.value: one.label for one in ProductLine}

# GB 32100-2015, 4.2: no I, O, S, V or Z. Characters 3 to 8 are the code of an administrative division.
CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE_LENGTH = 18
_CODE = re.compile(rf"[{CODE_ALPHABET}]{{2}}[0-9]{{6}}[{CODE_ALPHABET}]{{10}}")


def check_character(body: str) -> str:
    """Return the check character for the first 17 characters of a credit code (GB 32100-2015, 5.2).

    Weights are powers of 3 modulo 31. Raises ValueError for a character outside of the code's alphabet.
    """
    total = sum(CODE_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(body))
    return CODE_ALPHABET[-total % 31]


def check_credit_code(text: str) -> str:
    """Return the code in capitals and without spaces; raise Conflict when it cannot be one."""
    code = re.sub(r"\s", "", text).upper()
    if not _CODE.fullmatch(code):
        problem = N_("A credit code has 18 characters: digits and capital letters without I, O, S, V and Z")
    elif check_character(code[:-1]) != code[-1]:
        problem = N_("The last character does not fit the others: one of them is mistyped")
    else:
        return code
    raise Conflict(N_("This is not a unified social credit code"), fields={"credit_code": [problem]})
