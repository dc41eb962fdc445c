"""The words that tell where a thought begins, ends, and whose it is."""

from typing import Final

from secretaria.core.guard.forms import words
from secretaria.core.guard.lexicon.things import THINGS

# What begins a thing of its own: a verb does not reach an object over one of these.
BLOCKERS: Final = THINGS["my"] | words(
    "eu i me mas but se if qual quais como quando onde porque quanto quero queria preciso vou estou"
    " tenho consigo consegui posso pude sei mensagem mensagens message messages áudio pedido email"
    " orçamento falei mandei escrevi pedi passei perguntei comentei enviei gente conversamos"
    " combinamos nós we vocês vcs obrigado obrigada ele ela eles elas doutor doutora médico médica"
    " nossa nosso nossas nossos our wanna want need"
)
# "posso ignorar", "como ativar", "can I see": the speaker asks about an act of their own.
SPEAKER: Final = words(
    "eu posso pude podia vou devo preciso precisei quero consigo consegui sei tenho podemos ia"
    " tento tentei acabei acabo como nós comecei evitar mandou pediu disse falou orientou"
    " recomendou sugeriu perigoso arriscado risco problema proibido ruim se"
)
ENGLISH_SPEAKER: Final = words("i we ill ive how")
ENGLISH_AUXILIARIES: Final = words("can will should must may did do to could might would")
LISTENER: Final = words("que você vc tu you voces vcs")
MISTAKES: Final = words("errei engano enganei errado errada confundi mistake wrong")
PAUSES: Final = frozenset({",", ":"})
FULL_STOP: Final = "."
