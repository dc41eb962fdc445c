"""2: a worker dies at each of the four places around a send."""

from ops.chaos.evidence import Row, gather
from ops.chaos.failpoints import crashes
from ops.chaos.scenario import Run, scenario

POINTS = (
    crashes.BEFORE_INTENT,
    crashes.AFTER_INTENT,
    crashes.AFTER_CALL,
    crashes.AFTER_OUTCOME,
)
MAY_BE_AMBIGUOUS = {crashes.AFTER_INTENT, crashes.AFTER_CALL}


@scenario(
    2,
    "saída em quatro pontos ao redor de um envio",
    quick={"deaths": 1, "bystanders": 4},
    full={"deaths": 5, "bystanders": 20},
)
def exit_around_a_send(run: Run, *, deaths: int, bystanders: int) -> None:
    """Die before the intent, after it, after the call, after the outcome; others write on."""
    doomed = {}
    for point in POINTS * deaths:
        run.driver.talk(bystanders, 2, pause_seconds=0.2)
        number = run.driver.new_number()
        doomed[run.driver.write(number, crashes.TRIGGER + point).mark] = point
        run.driver.go_on(number, 1)
        run.settle()
    deaths_noted = run.arena.deaths()
    run.report("mortes", ", ".join(f"{point}: {deaths_noted[point]}" for point in POINTS))
    for point in POINTS:
        run.expect(deaths_noted[point] >= deaths, f"o worker morre em {point}")
    _expect_outcomes(run, doomed)


def _expect_outcomes(run: Run, doomed: dict[str, str]) -> None:
    """Only what may have left is in doubt: before the intent and after the outcome nothing is."""
    rows = gather(run.arena.truth, (), ()).rows
    replies: dict[str, Row] = {
        mark: row for row in rows if row.direction == "outbound" for mark in row.marks
    }
    for mark, point in doomed.items():
        state = replies[mark].state if mark in replies else "none"
        allowed = {"sent", "ambiguous"} if point in MAY_BE_AMBIGUOUS else {"sent"}
        run.expect(state in allowed, f"morte em {point} deixa {allowed}, e deixou {state}", mark)
