"""What waits today, set down one by one: reviews, contracts that took effect unapproved, debts far past due."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import cycle

from services.contracts.demo.contract_story import ContractStory
from services.contracts.demo.ledger import at
from services.contracts.demo.market import Market
from services.contracts.demo.receivable_story import ReceivableStory
from shared.demo import DemoPerson


def set_the_day(market: Market, sellers: Sequence[DemoPerson]) -> None:
    """Give legal six reviews, one of which holds pay, and finance three; hold some reps who play no persona."""
    able = [one for one in sellers if not one.persona and (market.today - one.hired_on).days > 240]
    if not able:
        return
    market.company.random("contracts", "today").shuffle(able)
    reps = cycle(able)  # A small company has fewer of them than there are things to tell.
    for number in range(5):
        _unapproved(market, next(reps), number)
        _with_legal(market, next(reps), number)
    for number in range(3):
        _with_finance(market, next(reps), number)
    for number in range(12):
        _far_past_due(market, reps, number)
    for number in range(4):
        _mended(market, next(reps), number)


def _unapproved(market: Market, rep: DemoPerson, number: int) -> None:
    """In effect without approval: the first waits for legal, one was returned, the others lie with their owners."""
    chance = market.company.random("contracts", "unapproved", number)
    effective = market.today - timedelta(days=9 + 7 * number)
    begun = effective - timedelta(days=12)
    ago = (market.today - begun).days
    story = market.ask(rep, chance, f"unapproved-{number}", ago, large=False, effective_on=effective)
    if number < 4:
        story.draft(at(begun + timedelta(days=2), 11))
    if number == 0:
        story.submit(at(market.today - timedelta(days=4), 14))
    if number == 1:
        story.submit(at(begun + timedelta(days=3), 14))
        reason = "付款期限超出公司规定，请改为六十日内。"
        story.decide("legal2", at(begun + timedelta(days=5), 10), returned=reason)
    story.keep()


def _with_legal(market: Market, rep: DemoPerson, number: int) -> None:
    """With legal, to take effect soon; of the five, two are large and go on to finance afterwards."""
    chance = market.company.random("contracts", "review", number)
    effective = market.today + timedelta(days=6 + 4 * number)
    story = market.ask(rep, chance, f"review-{number}", 6, large=number % 2 == 1, effective_on=effective)
    story.draft(at(market.today - timedelta(days=5), 10))
    story.submit(at(market.today - timedelta(days=1 + number % 3), 9 + number))
    story.keep()


def _with_finance(market: Market, rep: DemoPerson, number: int) -> None:
    """Large ones that legal has approved: finance is next."""
    chance = market.company.random("contracts", "finance", number)
    effective = market.today + timedelta(days=10 + number)
    story = market.ask(rep, chance, f"finance-{number}", 7, large=True, effective_on=effective)
    story.draft(at(market.today - timedelta(days=6), 10))
    story.submit(at(market.today - timedelta(days=4), 10))
    story.decide("legal2", at(market.today - timedelta(days=1 + number), 15))
    story.keep()


def _far_past_due(market: Market, reps: Iterator[DemoPerson], number: int) -> None:
    """More than 60 days past due; two came from a colleague who is free of it since, some are partly paid."""
    rep, chance = next(reps), market.company.random("contracts", "overdue", number)
    story = _signed(market, rep, number)
    due_on = market.today - timedelta(days=64 + 8 * number)
    handed = number % 6 == 5
    found = ReceivableStory(
        market.ledger, market.company, story, "overdue", owner_id=next(reps).id if handed else rep.id,
        amount_minor=chance.randrange(60, 900) * 100_000, due_on=due_on,
        registered=at(due_on - timedelta(days=45), 17),
    )  # fmt: skip
    if number % 4 == 1:
        found.receive(found.outstanding // 3, at(due_on + timedelta(days=30), 10))
    if handed:
        found.hand_over(rep.id, "区域调整，客户随之移交", at(market.today - timedelta(days=20), 11))
    found.keep()
    story.keep()


def _signed(market: Market, rep: DemoPerson, number: int) -> ContractStory:
    """A contract of seven months ago that went its way and is in effect."""
    chance = market.company.random("contracts", "signed", rep.employee_no)
    story = market.ask(rep, chance, f"overdue-{number}", 230, large=False)
    begun = market.today - timedelta(days=230)
    signed = begun + timedelta(days=9)
    market.sign(story, begun, signed, signed + timedelta(days=365))
    return story


def _mended(market: Market, rep: DemoPerson, number: int) -> None:
    """Took effect unapproved in the past, and was approved some days later."""
    chance = market.company.random("contracts", "mended", number)
    ago = 90 + 30 * number
    begun = market.today - timedelta(days=ago)
    effective = begun + timedelta(days=1)
    story = market.ask(rep, chance, f"mended-{number}", ago, large=False, effective_on=effective)
    market.approve(story, begun + timedelta(days=8))
    story.keep()
