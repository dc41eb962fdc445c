"""The plot of latency against load; its library is loaded when it is drawn."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ops.bench.figures import Point

STYLES = {
    "secretaria": ("#0072B2", "o"),
    "flask-rq": ("#D55E00", "s"),
    "ceiling": ("#595959", "^"),
}
"""Colours that colour-blind people tell apart, and a mark for those who see none."""


def draw(curve: Sequence[Point], folder: Path) -> Path:
    """Draw latency.png and latency.svg into the folder; answers the first."""
    import matplotlib as mpl  # noqa: PLC0415 - see above

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415 - not before it knows where it draws

    folder.mkdir(parents=True, exist_ok=True)
    figure, axes = plt.subplots(figsize=(8, 5), layout="constrained")
    for name in STYLES:
        _line(axes, name, [point for point in curve if point.name == name])
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("accepted messages a second, one process (log)")
    axes.set_ylabel("latency in ms (log)")
    axes.set_title("Latency against load: each mark is one number of connections, 1 to 64")
    axes.grid(visible=True, which="both", alpha=0.25)
    axes.legend()
    path = folder / "latency.png"
    for one in (path, path.with_suffix(".svg")):
        figure.savefig(one, dpi=150, metadata={"Date": None} if one.suffix == ".svg" else None)
    plt.close(figure)
    return path


def _line(axes: Any, name: str, points: Sequence[Point]) -> None:
    colour, mark = STYLES[name]
    across = [point.per_second.median for point in points]
    for what, line in (("p50", "-"), ("p99", ":")):
        up = [getattr(point, what).median for point in points]
        axes.plot(across, up, color=colour, marker=mark, linestyle=line, label=f"{name} {what}")
    for point in points:
        place = (point.per_second.median, point.p50.median)
        axes.annotate(
            str(point.connections),
            place,
            xytext=(4, -10),
            textcoords="offset points",
            color=colour,
            fontsize=7,
        )
