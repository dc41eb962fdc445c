"""Compose a turn's closing with the model: memory, prompt, thought, and a check of the reply."""

from dataclasses import dataclass, field

import structlog

from secretaria import metrics
from secretaria.core import prompt as prompting
from secretaria.core import reply, turn
from secretaria.core.memory import Utterance, describe, recall
from secretaria.core.profile import Profile
from secretaria.core.prompt import Marks, Prompt
from secretaria.core.reply import Confidential
from secretaria.core.turn import Closing, Limits, Line, Standing
from secretaria.errors import ModelRefused, ModelUnavailable
from secretaria.models import turns
from secretaria.services.owed import Owed
from secretaria.services.ports import Answer, Clock, Memory, Transactions
from secretaria.services.think import Think

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Draft:
    """A closing that nobody has recorded yet, and what the model spent on it."""

    closing: Closing
    answer: Answer | None = None
    memory: tuple[Utterance, ...] = ()


@dataclass(frozen=True, slots=True)
class Compose:
    """Asks the model and makes of its answer, or its silence, an honest sentence."""

    database: Transactions
    memory: Memory
    think: Think
    clock: Clock
    profile: Profile
    limits: Limits
    secrets: tuple[str, ...] = field(repr=False)
    remembered_messages: int

    def __call__(self, owed: Owed) -> Draft:
        """Draft the closing of a turn; no fault of the model's escapes."""
        said = tuple(
            Utterance("customer", describe(one.kind, one.text, one.file_name))
            for one in owed.innocent
        )
        return self.speak(self._recall(owed), said, owed.customer_name, owed.standing)

    def speak(
        self,
        memory: tuple[Utterance, ...],
        said: tuple[Utterance, ...],
        customer_name: str | None,
        standing: Standing,
    ) -> Draft:
        """Answer what was said, with what is remembered."""
        prompt = prompting.build(
            self.profile,
            now=self.clock.now(),
            memory=memory,
            said=said,
            customer_name=customer_name,
            marks=Marks(fence=self.clock.token()[:8], canary=self.clock.token()),
        )
        try:
            answer = self.think(prompt)
        except ModelUnavailable:
            return Draft(turn.hold(standing, self.limits, self.profile.sentences))
        except ModelRefused as fault:
            return Draft(turn.fall_back(self.profile.sentences, str(fault)))
        closing = self._check(answer, prompt)
        if closing.outcome != "answered" or closing.line is None:
            return Draft(closing, answer)
        spoken = Utterance("secretary", closing.line.text)
        return Draft(closing, answer, (*memory, *said, spoken))

    def _recall(self, owed: Owed) -> tuple[Utterance, ...]:
        if not owed.has_history:
            return ()
        conversation_id = owed.lease.conversation_id
        remembered = self.memory.read(conversation_id, version=owed.lease.memory_version)
        if remembered is not None:
            return remembered
        with self.database.statements() as statements:
            rows = turns.history(statements, conversation_id, self.remembered_messages)
        log.debug("memory.rebuilt", messages=len(rows))
        return tuple(recall(*row) for row in rows)

    def _check(self, answer: Answer, prompt: Prompt) -> Closing:
        text = reply.prepare(prompting.without_marks(answer.text, prompt.marks))
        leak = reply.find_leak(text, self._confidential(prompt))
        if leak is not None:
            metrics.REPLY_BLOCKED_TOTAL.labels(leak).inc()
            log.warning("reply.blocked", rule=leak)
            return turn.refuse(self.profile.sentences, f"leak_{leak}")
        if not text:
            return turn.fall_back(self.profile.sentences, "empty")
        if reply.is_error_text(text):
            metrics.REPLY_BLOCKED_TOTAL.labels("error_text").inc()
            log.warning("reply.blocked", rule="error_text")
            return turn.fall_back(self.profile.sentences, "error_text")
        return Closing("answered", Line("reply", text))

    def _confidential(self, prompt: Prompt) -> Confidential:
        return Confidential(
            canary=prompt.marks.canary,
            rules=prompting.rules_of(self.profile),
            facts=prompting.facts_of(self.profile),
            secrets=self.secrets,
        )
