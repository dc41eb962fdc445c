"""The history of one message: what the driver, the database, Whaticket and the logs say of it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ops.chaos.driver import Written
from ops.chaos.evidence import Evidence, Row, marks_in

LONGEST_HISTORY = 60


@dataclass(frozen=True, slots=True)
class History:
    """Tells histories from the evidence of a run and the logs of its processes.

    `logs` gives each log file with the length that it had when the run began.
    """

    evidence: Evidence
    logs: Mapping[Path, int]

    def of(self, mark: str) -> list[str]:
        """Everything that is known of a message, one fact a line."""
        written = next((one for one in self.evidence.written if one.mark == mark), None)
        rows = [row for row in self.evidence.rows if mark in row.marks]
        lines = [
            *(_of_driver(written) if written else ()),
            *(line for row in rows for line in self._of_row(row)),
            *self._of_whaticket(mark),
            *self._of_logs({row.correlation_id for row in rows}, {row.id for row in rows}),
        ]
        return lines[:LONGEST_HISTORY]

    def _of_row(self, row: Row) -> Iterator[str]:
        yield (
            f"banco: {row.direction} {row.id} {row.state} reason={row.reason}"
            f" attempts={row.attempts} criada={row.created_at:%H:%M:%S.%f}"
            f" conversa com {row.held_by}"
        )
        for log in self.evidence.logs:
            if log.message_id == row.id:
                yield (
                    f"entrega: resposta {row.id} tentativa {log.attempt} {log.outcome}"
                    f" http={log.http_status} erro={log.error} {log.created_at:%H:%M:%S.%f}"
                )

    def _of_whaticket(self, mark: str) -> Iterator[str]:
        for sending in self.evidence.sendings:
            if mark in marks_in(sending.body):
                became = "entregue" if sending.delivered else "não entregue"
                yield f"whaticket: envio {sending.at} {became}, respondeu {sending.answered_status}"

    def _of_logs(self, correlation_ids: set[str], reply_ids: set[int]) -> Iterator[str]:
        for path, began in self.logs.items():
            written = path.read_bytes()[began:].decode(errors="replace")
            for line in written.splitlines():
                if not line.startswith("{"):
                    continue
                try:
                    said = json.loads(line)
                except ValueError:  # its process was killed while it wrote
                    continue
                others = set(said.get("other_correlation_ids", ()))
                about = others | {said.get("correlation_id")}
                if about & correlation_ids or said.get("reply_id") in reply_ids:
                    yield f"{path.stem}: {_short(said)}"


def _of_driver(written: Written) -> Iterator[str]:
    yield f"cliente {written.number}, mensagem {written.ordinal}: {written.text}"
    for answer in written.answers:
        yield (
            f"webhook: {answer.status} {answer.reason} em {answer.seconds:.3f} s,"
            f" às {answer.at:.3f}, {answer.correlation_id}"
        )


def _short(said: dict[str, object]) -> str:
    shown = ("outcome", "attempt", "error", "status", "reply_id", "conversation_id", "messages")
    details = " ".join(f"{name}={said[name]}" for name in shown if name in said)
    return f"{said.get('timestamp')} {said.get('event')} {details}"
