"""The checker: what became of every message, judged from outside after the run."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from ops.chaos.evidence import Evidence, Row, marks_in

if TYPE_CHECKING:
    from ops.chaos.driver import Written

Wrong = Literal["lost", "twice", "order", "unfinished", "contradicted", "invented"]
FINAL_BUT_DELIVERED = {"sent", "ambiguous", "sending"}


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that must not be: what kind, which message, and in what way."""

    kind: Wrong
    mark: str
    detail: str


@dataclass(frozen=True, slots=True)
class Findings:
    """The counts of a run, and everything that was wrong in it."""

    accepted: int = 0
    sent: int = 0
    ambiguous: int = 0
    dead: int = 0
    with_people: int = 0
    handled_unaccepted: int = 0
    troubles: tuple[Trouble, ...] = field(default=())

    def count(self, kind: Wrong) -> int:
        """How many things of a kind were wrong."""
        return sum(trouble.kind == kind for trouble in self.troubles)


@dataclass(frozen=True, slots=True)
class _Desk:
    """The evidence, laid out by mark."""

    evidence: Evidence
    inbound: dict[str, list[Row]]
    outbound: dict[str, list[Row]]
    deliveries: dict[str, list[int]]


def check(evidence: Evidence) -> Findings:
    """Judge a run, as far as it has come."""
    desk = _lay_out(evidence)
    troubles = (
        *_missing(desk),
        *_doubled(desk),
        *_disordered(desk),
        *_contradicted(desk),
        *_invented(desk),
    )
    states = Counter((row.direction, row.state) for row in evidence.rows)
    return Findings(
        accepted=sum(one.is_accepted for one in evidence.written),
        sent=len(desk.deliveries),
        ambiguous=states["outbound", "ambiguous"],
        dead=states["outbound", "dead"] + states["inbound", "dead"],
        with_people=sum(_is_with_people(desk, one.mark) for one in evidence.written),
        handled_unaccepted=sum(
            not one.is_accepted and one.mark in desk.deliveries for one in evidence.written
        ),
        troubles=troubles,
    )


def _lay_out(evidence: Evidence) -> _Desk:
    desk = _Desk(evidence, defaultdict(list), defaultdict(list), defaultdict(list))
    for row in evidence.rows:
        for mark in row.marks:
            (desk.inbound if row.direction == "inbound" else desk.outbound)[mark].append(row)
    for sending in evidence.sendings:
        for mark in marks_in(sending.body) if sending.delivered else ():
            desk.deliveries[mark].append(sending.at)
    return _Desk(evidence, dict(desk.inbound), dict(desk.outbound), dict(desk.deliveries))


def _missing(desk: _Desk) -> Iterator[Trouble]:
    """What was accepted, did not reach the customer, and stands in no list."""
    spooled = desk.evidence.spooled
    for one in desk.evidence.written:
        if not one.is_accepted or one.mark in desk.deliveries or _is_listed(desk, one.mark):
            continue
        inbound, outbound = desk.inbound.get(one.mark, []), desk.outbound.get(one.mark, [])
        if not inbound and spooled:
            spooled -= 1
            yield Trouble("unfinished", one.mark, "ainda no spool")
        elif waiting := [row for row in (*inbound, *outbound) if _is_waiting(row)]:
            yield Trouble("unfinished", one.mark, f"mensagem {waiting[0].id}: {waiting[0].state}")
        else:
            yield Trouble("lost", one.mark, _whereabouts(inbound, outbound))


def _is_listed(desk: _Desk, mark: str) -> bool:
    rows = (*desk.inbound.get(mark, ()), *desk.outbound.get(mark, ()))
    return any(row.is_listed for row in rows) or _is_with_people(desk, mark)


def _is_with_people(desk: _Desk, mark: str) -> bool:
    rows = desk.inbound.get(mark, ())
    return mark not in desk.deliveries and any(row.held_by == "human" for row in rows)


def _is_waiting(row: Row) -> bool:
    return row.state in {"received", "pending", "sending"}


def _whereabouts(inbound: list[Row], outbound: list[Row]) -> str:
    if not inbound:
        return "aceita e não gravada"
    states = ", ".join(f"{row.direction} {row.id}: {row.state}" for row in (*inbound, *outbound))
    return f"gravada e não entregue ({states})"


def _doubled(desk: _Desk) -> Iterator[Trouble]:
    """What reached the customer in more sendings than there are replies for."""
    for mark, sendings in desk.deliveries.items():
        if len(sendings) > 1:
            yield Trouble("twice", mark, f"entregue nos envios {sendings}")
    replies = Counter((row.number, row.text) for row in desk.evidence.rows if row.is_reply)
    delivered = Counter(
        (sending.number, sending.body)
        for sending in desk.evidence.sendings
        if sending.delivered and not marks_in(sending.body)
    )
    for (number, body), times in delivered.items():
        if times > replies[number, body]:
            yield Trouble("twice", number, f"uma frase entregue {times} vezes")


def _disordered(desk: _Desk) -> Iterator[Trouble]:
    """Conversations whose messages were answered in another order than they were accepted."""
    conversations: dict[str, list[Written]] = defaultdict(list)
    for one in desk.evidence.written:
        if one.is_accepted and one.mark in desk.deliveries:
            conversations[one.number].append(one)
    places = _places(desk)
    for said in conversations.values():
        latest = (0, 0)
        for one in sorted(said, key=lambda one: one.ordinal):
            if places[one.mark] < latest:
                yield Trouble("order", one.mark, "respondida depois do que veio depois dela")
            latest = max(latest, places[one.mark])


def _places(desk: _Desk) -> dict[str, tuple[int, int]]:
    """Where each mark was first delivered: in which sending, and where in its text."""
    places: dict[str, tuple[int, int]] = {}
    for sending in desk.evidence.sendings:
        for position, mark in enumerate(marks_in(sending.body) if sending.delivered else ()):
            places.setdefault(mark, (sending.at, position))
    return places


def _contradicted(desk: _Desk) -> Iterator[Trouble]:
    """Replies of which the database says something else than Whaticket's ledger."""
    for mark, rows in desk.outbound.items():
        was_delivered = mark in desk.deliveries
        for row in rows:
            if row.state == "sent" and not was_delivered:
                yield Trouble("contradicted", mark, f"resposta {row.id}: sent, e não chegou")
        if was_delivered and not any(row.state in FINAL_BUT_DELIVERED for row in rows):
            states = ", ".join(f"{row.id}: {row.state}" for row in rows)
            yield Trouble("contradicted", mark, f"chegou, e as respostas dizem {states}")


def _invented(desk: _Desk) -> Iterator[Trouble]:
    """Answers to what nobody wrote, or to what was clearly refused."""
    written = {one.mark: one for one in desk.evidence.written}
    for mark in desk.deliveries:
        if mark not in written:
            yield Trouble("invented", mark, "respondida, e ninguém a escreveu")
        elif written[mark].is_refused:
            yield Trouble("invented", mark, "respondida, e tinha sido recusada")
