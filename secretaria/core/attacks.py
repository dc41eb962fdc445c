"""The attacks in a burst of messages: each alone, and what was cut into several."""

from collections.abc import Callable, Sequence

from secretaria.core.guard import judge

LONGEST_BURST_JUDGED = 8_192
"""A burst of more characters is judged message by message only."""


def find_attacks(
    texts: Sequence[str], *, between: Callable[[], None] = lambda: None
) -> dict[int, str]:
    """The positions of the attacks in a burst, each with the rule that it broke.

    An attack cut into several messages is found in the burst as a whole: then its pieces are.
    `between` is called after each message, for whoever must not be kept waiting by long ones.
    """
    attacks = {}
    for position, text in enumerate(texts):
        verdict = judge(text)
        if verdict.is_attack:
            attacks[position] = verdict.rule or "unnamed"
        between()
    rest = {position: text for position, text in enumerate(texts) if position not in attacks}
    return attacks | _find_pieces(rest)


def _find_pieces(texts: dict[int, str]) -> dict[int, str]:
    """The messages without which the burst, read as one text, would be no attack."""
    rule = _judge_together(texts)
    if rule is None:
        return {}
    pieces = texts
    for position in texts:
        others = {other: text for other, text in pieces.items() if other != position}
        if _judge_together(others) is not None:
            pieces = others
    return dict.fromkeys(pieces, rule)


def _judge_together(texts: dict[int, str]) -> str | None:
    together = "\n".join(texts.values())
    if len(texts) < 2 or len(together) > LONGEST_BURST_JUDGED:  # noqa: PLR2004 - a burst
        return None
    verdict = judge(together)
    return (verdict.rule or "unnamed") if verdict.is_attack else None
