"""Curricula at the edge: due rules as sentences."""

from services.training.certifications.rules import Basis, DueKind, DueRule, OffCycle
from shared.core.text import N_, Message
from shared.web.i18n import say


def say_due(rule: DueRule) -> str:
    """Return the due rule as sentences in the reader's language."""
    return " ".join(say(one) for one in due_sentences(rule))


def due_sentences(rule: DueRule) -> list[Message]:
    """Return what a due rule says: first, again, when one may begin, and when it begins to count."""
    found = [_first(rule)]
    if rule.kind is DueKind.FIXED_DATE:
        found.append(_off_cycle(rule))
    found.append(_again(rule))
    if rule.every_months is not None or rule.kind is DueKind.FIXED_DATE:
        found.append(N_("It opens %(days)s days before.", days=rule.window_days))
    if rule.grace_days:
        found.append(N_("It stands in the way %(days)s days after it was due.", days=rule.grace_days))
    return found


def _first(rule: DueRule) -> Message:
    match rule.kind:
        case DueKind.AFTER_JOINING:
            return N_("Due %(days)s days after it begins to apply to somebody.", days=rule.days)
        case DueKind.AFTER_HIRE:
            return N_("Due %(days)s days after the hire.", days=rule.days)
        case DueKind.AFTER_POSITION:
            return N_("Due %(days)s days after taking the position.", days=rule.days)
        case DueKind.FIXED_DATE:
            assert rule.anchor is not None
            if rule.every_months == 12:
                return N_("Due every year by %(day)s.", day=f"{rule.anchor:%m-%d}")
            return N_("Due by %(day)s.", day=rule.anchor.isoformat())


def _off_cycle(rule: DueRule) -> Message:
    match rule.off_cycle:
        case OffCycle.DAYS:
            return N_("Who joins once it is open: within %(days)s days of joining.", days=rule.days)
        case OffCycle.SAME_DATE:
            return N_("Who joins once it is open: by the same day.")
        case OffCycle.NEXT_CYCLE if rule.every_months is None:
            return N_("Who joins once it is open is not asked.")
        case OffCycle.NEXT_CYCLE:
            return N_("Who joins once it is open: by the next date.")


def _again(rule: DueRule) -> Message:
    months = rule.every_months
    if months is None:
        return N_("Again only when its certificate runs out.")
    match rule.basis:
        case Basis.COMPLETION:
            return N_("Again %(months)s months after it was done.", months=months)
        case Basis.EXPIRY:
            return N_(
                "Again when it expires, or after %(months)s months where it gives no expiry.", months=months
            )
        case Basis.FIXED if rule.kind is DueKind.FIXED_DATE and months == 12:
            return N_("Again the next year.")
        case Basis.FIXED:
            assert rule.anchor is not None
            return N_(
                "Again every %(months)s months, counted from %(day)s.",
                months=months,
                day=rule.anchor.isoformat(),
            )
