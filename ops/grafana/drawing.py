"""The picture: each panel in its place, drawn from what Prometheus answers."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ops.grafana.panels import Panel
from ops.grafana.prometheus import Prometheus, Series

COLUMNS = 24
INCHES_A_COLUMN, INCHES_A_LINE = 0.8, 0.36
MARGIN = 0.1
MANY, LONG_SECONDS = 10_000, 120
"""From when on numbers are told in thousands, and times in minutes."""
PAGE, PAPER, INK, FAINT = "#f4f5f5", "#ffffff", "#24292e", "#8e959c"
NAMED = {
    "green": "#56a64b",
    "yellow": "#f2b01e",
    "red": "#d7263d",
    "blue": "#3274d9",
}
PALETTE = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#595959", "#b3a100")
"""Colours that colour-blind people tell apart."""


def draw(
    panels: Sequence[Panel], prometheus: Prometheus, start: float, end: float, picture: Path
) -> None:
    """Draw the panels as they stand, with what they show between two moments."""
    import matplotlib as mpl  # noqa: PLC0415 - loaded when something is drawn

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415 - not before it knows where it draws

    lines = max(panel.y + panel.height for panel in panels)
    size = (COLUMNS * INCHES_A_COLUMN, lines * INCHES_A_LINE)
    figure = plt.figure(figsize=size, facecolor=PAGE)
    for panel in panels:
        axes = figure.add_axes(_place(panel, lines))
        if panel.kind == "row":
            _draw_row(axes, panel)
        elif panel.kind == "stat":
            _draw_stat(axes, panel, prometheus, end)
        else:
            _draw_lines(axes, panel, prometheus, start, end)
    picture.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(picture, dpi=75, facecolor=PAGE)
    plt.close(figure)


def _place(panel: Panel, lines: int) -> tuple[float, float, float, float]:
    """Left, bottom, width and height, in parts of the figure; room for title, axis and legend."""
    width, height = COLUMNS * INCHES_A_COLUMN, lines * INCHES_A_LINE
    left, above, below, right = MARGIN, MARGIN, MARGIN, MARGIN
    if panel.kind == "timeseries":
        left, above, below, right = 0.75, 0.42, 0.62, 0.25
    inches_wide = panel.width * INCHES_A_COLUMN - left - right
    inches_high = panel.height * INCHES_A_LINE - above - below
    bottom = (lines - panel.y - panel.height) * INCHES_A_LINE + below
    x = panel.x * INCHES_A_COLUMN + left
    return (x / width, bottom / height, inches_wide / width, max(inches_high, 0.15) / height)


def _draw_row(axes: Any, panel: Panel) -> None:
    axes.set_axis_off()
    axes.text(0.002, 0.3, panel.title, fontsize=15, weight="bold", color=INK)


def _draw_stat(axes: Any, panel: Panel, prometheus: Prometheus, end: float) -> None:
    """The last value that there was, on the colour of the step it has reached."""
    axes.set_axis_off()
    found = [
        (query, one) for query in panel.queries for one in prometheus.query(query.expression, end)
    ]
    value = found[0][1].points[-1][1] if found else math.nan
    text = "sem dados" if math.isnan(value) else _worded(value, panel.unit, panel.decimals)
    if panel.shows_name:
        text = "   ".join(one.called(query.legend) for query, one in found)
    colour = FAINT if math.isnan(value) else NAMED[_step(panel, value)]
    axes.add_patch(_rectangle(axes, colour))
    axes.text(0.5, 0.80, panel.title, ha="center", va="center", fontsize=11, color=PAPER)
    size = 17 if panel.shows_name else 28
    axes.text(0.5, 0.38, text, ha="center", va="center", fontsize=size, weight="bold", color=PAPER)


def _rectangle(axes: Any, colour: str) -> Any:
    from matplotlib.patches import Rectangle  # noqa: PLC0415 - as above

    return Rectangle((0, 0), 1, 1, transform=axes.transAxes, facecolor=colour, edgecolor="none")


def _step(panel: Panel, value: float) -> str:
    reached = [colour for limit, colour in panel.steps if limit is None or value >= limit]
    return reached[-1] if reached else "green"


def _draw_lines(axes: Any, panel: Panel, prometheus: Prometheus, start: float, end: float) -> None:
    named = [
        (one.called(query.legend), one)
        for query in panel.queries
        for one in prometheus.query_range(query.expression, start, end)
    ]
    named = [(name, one) for name, one in named if _has_something(one) or not panel.is_stacked]
    _set_up(axes, panel, end - start)
    if panel.is_stacked:
        _stack(axes, named, start, end)
    else:
        for (name, one), colour in zip(named, PALETTE * len(named), strict=False):
            across = [moment - start for moment, _ in one.points]
            up = [value for _, value in one.points]
            axes.plot(across, up, color=colour, linewidth=1.6, label=name)
    _scale(axes, panel)
    if named:
        columns = min(len(named), 4 if panel.width < COLUMNS // 2 else 6)
        axes.legend(
            loc="upper left",
            bbox_to_anchor=(-0.03, -0.12),
            ncols=columns,
            fontsize=8,
            frameon=False,
            labelcolor=INK,
            handlelength=1.2,
            columnspacing=1.2,
        )


def _has_something(one: Series) -> bool:
    return any(value > 0 for _, value in one.points)


def _stack(axes: Any, named: Sequence[tuple[str, Series]], start: float, end: float) -> None:
    if not named:
        return
    seconds = range(math.ceil(end - start))
    up = []
    for _, one in named:
        known = {round(moment - start): value for moment, value in one.points}
        up.append([known.get(second, math.nan) for second in seconds])
    names = [name for name, _ in named]
    axes.stackplot(seconds, up, labels=names, colors=PALETTE, alpha=0.75)


def _set_up(axes: Any, panel: Panel, seconds: float) -> None:
    axes.set_facecolor(PAPER)
    axes.set_title(panel.title, loc="left", fontsize=11, weight="bold", color=INK)
    axes.grid(visible=True, color="#e4e6e8", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=FAINT, labelsize=8, length=0)
    for side in axes.spines.values():
        side.set_color("#d8dbde")
    axes.set_xlim(0, seconds)
    axes.xaxis.set_major_locator(_every(60))
    axes.xaxis.set_major_formatter(lambda second, _: f"{second / 60:.0f} min")
    axes.yaxis.set_major_formatter(lambda value, _: _worded(value, panel.unit))


def _every(seconds: float) -> Any:
    from matplotlib.ticker import MultipleLocator  # noqa: PLC0415 - as above

    return MultipleLocator(seconds)


def _scale(axes: Any, panel: Panel) -> None:
    """Let what is shown decide, within the panel's own limits; then the steps that are in sight."""
    lowest, highest = axes.get_ylim()
    if panel.lowest is not None:
        lowest = panel.lowest
    if panel.highest is not None:
        highest = panel.highest
    axes.set_ylim(lowest, highest if highest > lowest else lowest + 1)
    for limit, colour in panel.steps:
        if limit is not None and limit <= axes.get_ylim()[1]:
            axes.axhline(limit, color=NAMED[colour], linestyle="--", linewidth=1.2)


def _worded(value: float, unit: str, decimals: int | None = None) -> str:
    if unit == "percentunit":
        return f"{_number(value * 100, decimals)} %"
    if unit == "s" and value >= LONG_SECONDS:
        return f"{_number(value / 60, decimals)} min"
    if unit == "s" and 0 < value < 1:
        return f"{_number(value * 1000, decimals)} ms"
    if unit == "s":
        return f"{_number(value, decimals)} s"
    return f"{value / 1000:.0f} mil" if abs(value) >= MANY else _number(value, decimals)


def _number(value: float, decimals: int | None) -> str:
    written = f"{value:.3g}" if decimals is None else f"{value:.{decimals}f}"
    return written.replace(".", ",")
