"""Normal business: contracts and receivables in every state, left to chance, none of which holds anybody today."""

from datetime import date, timedelta
from random import Random

from services.contracts.agreements.rules import ContractStep
from services.contracts.demo.contract_story import ContractStory
from services.contracts.demo.ledger import at
from services.contracts.demo.market import Market
from services.contracts.demo.receivable_story import ReceivableStory
from services.contracts.receivables.rules import SettlementStep
from shared.demo import DemoPerson

# The suite has been in use for a little less than a year.
LONGEST = 350


def do_business(market: Market, rep: DemoPerson) -> None:
    """Tell of about two contracts of a seller, and of about three receivables under them."""
    chance = market.company.random("contracts", rep.employee_no)
    longest = min(LONGEST, (market.today - rep.hired_on).days - 3)
    if longest < 4:
        return
    for number in range(2):
        first = 60 if longest > 90 and number == 0 else 3
        ago = chance.randrange(first, longest)
        story = market.ask(rep, chance, str(number), ago, large=chance.random() < 0.15)
        _live(market, story, ago, chance)
        if story.contract["effective_on"]:
            for index in range(chance.choice((1, 2)) if number else 2):
                _owe(market, story, f"{number}-{index}", chance)
        story.keep()


def _live(market: Market, story: ContractStory, ago: int, chance: Random) -> None:
    """Take a contract as far as it came in the days since it was asked for."""
    begun = market.today - timedelta(days=ago)
    if ago < 8 or chance.random() < 0.04:
        return
    if ago < 14 or chance.random() < 0.05:
        story.draft(at(begun + timedelta(days=1), 14))
    elif ago < 20 or chance.random() < 0.05:
        market.approve(story, begun, by="legal" if chance.random() < 0.6 else "legal2")
    elif ago < 26 or chance.random() < 0.05:
        market.approve(story, begun)
        story.conclude(ContractStep.START_SIGNING, at(begun + timedelta(days=5), 9))
    else:
        _take_effect(market, story, ago, chance)


def _take_effect(market: Market, story: ContractStory, ago: int, chance: Random) -> None:
    """Most are still in effect; some have run out, were ended, or gave way to another."""
    begun = market.today - timedelta(days=ago)
    signed = begun + timedelta(days=chance.randrange(8, 15))
    expires = ago > 200 and chance.random() < 0.15
    ends = signed + timedelta(days=chance.randrange(90, 180) if expires else 365)
    market.sign(story, begun, signed, ends)
    if expires:
        ended = at(ends + timedelta(days=1), 0, 5)
        story.conclude(ContractStep.EXPIRE, ended, ended_at=ended)
    elif ago > 120 and chance.random() < 0.06:
        ended = at(market.today - timedelta(days=chance.randrange(5, 60)), 11)
        step = chance.choice((ContractStep.TERMINATE, ContractStep.SUPERSEDE))
        story.conclude(step, ended, ended_at=ended)


def _owe(market: Market, story: ContractStory, key: str, chance: Random) -> None:
    """An invoice, due 60 days after it was written, in any state that holds nobody today."""
    earliest = story.contract["effective_on"] + timedelta(days=3)
    known = (market.today - earliest).days
    if known < 1:
        return
    billed = earliest + timedelta(days=chance.randrange(known))
    due_on = billed + timedelta(days=60)
    late = (market.today - due_on).days
    found = ReceivableStory(
        market.ledger, market.company, story, key, owner_id=story.asked.owner.id,
        amount_minor=chance.randrange(30, 600) * 50_000, due_on=due_on, registered=at(billed, 17),
    )  # fmt: skip
    if late > 62 and chance.random() < 0.1:
        paid = due_on + timedelta(days=chance.randrange(62, late))  # It held its collector once.
        found.receive(found.outstanding, at(paid, 10))
    elif late > 50 or (late > 0 and chance.random() < 0.6):
        _settle(found, due_on, late, chance)
    elif late > 1 and chance.random() < 0.3:
        found.advance(SettlementStep.DISPUTE, at(due_on + timedelta(days=1), 15))
    elif late > -56 and chance.random() < 0.25:
        found.receive(found.outstanding * 2 // 5, at(billed + timedelta(days=2), 10))
    found.keep()


def _settle(found: ReceivableStory, due_on: date, late: int, chance: Random) -> None:
    """Money comes in around the due day, at once or in two parts; a few are written off."""
    last = due_on + timedelta(days=chance.randrange(-20, min(late, 58)))
    if chance.random() < 0.04:
        found.advance(SettlementStep.WRITE_OFF, at(last, 16))
        return
    if chance.random() < 0.3:
        found.receive(found.outstanding // 2, at(last - timedelta(days=chance.randrange(1, 12)), 10))
    found.receive(found.outstanding, at(last, 10))
