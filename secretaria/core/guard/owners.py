"""Tell whose the orders are: the assistant's, the customer's, or the exam's."""

from collections.abc import Sequence
from enum import Enum, auto
from typing import Final

from secretaria.core.guard.forms import words
from secretaria.core.guard.lexicon import (
    ALL_ORDERS,
    ENGLISH_AUXILIARIES,
    FULL_STOP,
    LEXICON,
    MAKERS,
    MASTERS,
    PAUSES,
    PROMPT,
    YOU,
)


class Owner(Enum):
    """To whom a word such as "instruções" belongs where it stands."""

    HIDDEN = auto()
    """The assistant's, and not for show: "do sistema", "internas", "que você recebeu"."""
    ASSISTANT = auto()
    """Called the assistant's: "suas instruções"."""
    TOPICAL = auto()
    """Called the assistant's, about some matter: "suas instruções sobre descontos"."""
    LIKELY = auto()
    """Known only by their place in the conversation: "as instruções anteriores"."""
    NOBODY = auto()
    """Not said: "as instruções"."""
    SOMEONE = auto()
    """The customer's, or about an everyday matter: "minhas", "do exame", "que eu mandei"."""


_DETERMINERS: Final = words(
    "a o as os the all of any every todas todos toda todo quaisquer qualquer tais this that these"
    " those essas esses estas estes essa esse esta este aquelas aqueles tal próprias próprios"
    " própria próprio own e and ou or principais atuais atual current existing básicas core main"
    " de das dos da do such nenhuma nenhum exatas exatos exact completas completos complete full"
    " reais real verdadeiras verdadeiros true literais entire whole"
)
_HIDDEN: Final = words(
    "internas internos interna interno ocultas ocultos oculta oculto secretas secretos secreta"
    " secreto iniciais inicial originais original internal hidden secret initial system"
    " confidencial confidenciais confidential sistema base"
)
_EARLIER: Final = words(
    "anteriores anterior prévias prévia prévios prévio acima antes anteriormente previous"
    " previously prior above earlier preceding former antigas antigos precedentes passadas"
    " supracitadas before"
)
_OUR: Final = LEXICON["my"] | words("nossa nosso nossas nossos our")
_YOUR: Final = LEXICON["your"]
_GIVEN: Final = words(
    "dadas dada dado dados fornecidas fornecidos recebidas recebidos definidas definidos"
    " programadas programados estabelecidas impostas impostos configuradas inseridas given"
    " provided set passadas passados repassadas imposed contidas escritas"
)
_RELATIVES: Final = words("que that which")
_PASSED_OVER: Final = words(
    "aí aqui exatas exatos completas completos detalhadas específicas exact complete full dizem diz"
    " falam say says mandam já"
)
_PREPOSITIONS: Final = words(
    "de do da dos das para pra pro sobre of for from about regarding acerca no na nos nas desta"
    " deste dessa desse nesta neste nessa nesse pelo pela pelos pelas by"
)
_ARTICLES: Final = words("o a os as the um uma an this esta este essa esse")
_NO_MATTER: Final = words(
    "mim me que eu nós forma maneira modo novo agora uma vez fato verdade imediato hoje jeito tudo"
    " now mais íntegra ordem seguida prática hora inglês english espanhol francês português base64"
    " json latim alemão chinês italiano emoji emojis rimas rima poema código morse hex binário"
    " verso versos portuguese spanish french markdown tabela good once lado min"
    " desconto descontos preço preços"
)
_MACHINERY: Final = words(
    "sistema system inicialização ia ai bot robô chatbot assistente assistant admin administrador"
    " administrator fábrica programação prompt conversa conversation chat llm modelo model gpt"
    " plataforma openai"
)
_HEALERS: Final = words(
    "doutor doutora dr dra médico médica dentista enfermeira enfermeiro doctor nurse vet"
)
_CAUTION: Final = words("segurança safety security conteúdo content comportamento conduta")
_EVERYDAY: Final = words(
    "exame exames preparo preparação jejum dieta cancelamento remarcação reagendamento pagamento"
    " entrega uso lavagem cuidado cuidados alta medicação remédio remédios plano convênio casa"
    " condomínio devolução troca reembolso aplicativo site cirurgia vacina consulta consultas"
    " agendamento instalação montagem manual matrícula curso prova hospedagem check exam test"
    " return refund cancellation payment delivery visita coleta ultrassom ressonância procedimento"
)
_FIRST_PERSON: Final = words(
    "eu i mandei enviei passei dei falei escrevi pedi me nos ive gente minha minhas meu meus"
    " we combinamos disse"
)
_RECEIVED: Final = LEXICON["told"] | words(
    "gave wrote"
    "recebeu recebe segue seguindo seguir tem possui leu ganhou foi obedece obedecer were have"
    " received got follow following had been ve must dadas dado dados passadas definidas fornecidas"
    " are youve deu impede fizeram escreveram limita given restrict obey bind baseia"
)
# "as instruções que recebeu": only the listener can be meant.
_IMPLIED: Final = words("recebeu recebido recebeste lhe seguia")
_I_GAVE: Final = words("i gave sent told wrote just mentioned")
_ABOUT: Final = words("para pra pro sobre about for regarding")
OWNER_WORDS: Final = _DETERMINERS | _HIDDEN | _EARLIER | _YOUR | _OUR | _GIVEN | _MACHINERY
_MAY_FOLLOW: Final = ALL_ORDERS | _GIVEN | _PASSED_OVER
_CLAUSE_ENDS: Final = PAUSES | {FULL_STOP, "e", "and"}
# "esse roteiro seu aí"
_AFTER_YOURS: Final = _CLAUSE_ENDS | {"ai", "aqui"}
_RIGHT_REACH = 9
_LEFT_REACH = 7


def owner_of(sentence: Sequence[str], at: int) -> Owner:
    """Return whose the orders named by the word at `at` are."""
    before, after = _before(sentence, at), _after(sentence, at)
    if before is Owner.SOMEONE:
        return Owner.SOMEONE
    if before is Owner.ASSISTANT:
        return _called_yours(sentence, at, after)
    if after is Owner.NOBODY or (after is Owner.LIKELY and before is Owner.HIDDEN):
        return before
    return Owner.SOMEONE if after is Owner.TOPICAL else after


def is_yours(sentence: Sequence[str], at: int) -> bool:
    """Tell whether the word at `at` is called the assistant's: "suas", "seu", "your"."""
    return _before(sentence, at) is Owner.ASSISTANT


def _called_yours(sentence: Sequence[str], at: int, after: Owner) -> Owner:
    if after is Owner.SOMEONE and sentence[at] in PROMPT:
        return Owner.HIDDEN
    return Owner.ASSISTANT if after in {Owner.NOBODY, Owner.LIKELY} else after


def _before(sentence: Sequence[str], at: int) -> Owner:
    found = Owner.NOBODY
    for word in reversed(sentence[max(0, at - _LEFT_REACH) : at]):
        if word in _YOUR:
            return Owner.ASSISTANT
        if word in _OUR:
            return Owner.SOMEONE
        if word in _HIDDEN or word in MAKERS:
            found = Owner.HIDDEN
        elif word in _EARLIER:
            found = Owner.LIKELY if found is Owner.NOBODY else found
        elif word not in _DETERMINERS and word not in ALL_ORDERS and word not in PAUSES:
            break
    return found


def _after(sentence: Sequence[str], at: int) -> Owner:
    """Read what follows the noun: TOPICAL is some matter, SOMEONE an everyday one or a giver."""
    found = Owner.NOBODY
    for here in range(at + 1, min(len(sentence), at + _RIGHT_REACH)):
        word = sentence[here]
        if word in _HIDDEN:
            found = Owner.HIDDEN
        elif word in _GIVEN and _names_assistant(sentence[here + 1 : here + 4]):
            return Owner.HIDDEN
        elif word in _EARLIER:
            found = Owner.LIKELY if found is Owner.NOBODY else found
        elif word in _RELATIVES or _I_GAVE.issuperset(sentence[here : here + 2]):
            return _giver(sentence, here)
        elif word in YOU or word == "they" or _begins_giver(sentence, here):
            return Owner.HIDDEN if _giver(sentence, here) is Owner.HIDDEN else found
        elif word in _YOUR and _AFTER_YOURS.issuperset(sentence[here + 1 : here + 2]):
            return Owner.ASSISTANT
        elif word in _PREPOSITIONS:
            return _matter(sentence, here + 1, found)
        elif word not in _MAY_FOLLOW and not _joins(sentence, here):
            break
    return found


def _begins_giver(sentence: Sequence[str], here: int) -> bool:
    """Read "what instructions do you have" (no Portuguese "do") and "the script the shop gave"."""
    word, follows = sentence[here], sentence[here + 1 : here + 2]
    if word in ENGLISH_AUXILIARIES:
        return "you" in follows
    return word in {"the", "a", "o"} and not MASTERS.isdisjoint(follows)


def _joins(sentence: Sequence[str], here: int) -> bool:
    follows = sentence[here + 1 : here + 3]
    return sentence[here] in {"e", "and", "ou", "or"} and any(w in ALL_ORDERS for w in follows)


def _names_assistant(following: Sequence[str]) -> bool:
    return any(word in YOU or word in MAKERS for word in following)


def _giver(sentence: Sequence[str], here: int) -> Owner:
    """Read "que te deram", "que eu mandei", "you were given", "você segue"."""
    clause = _until_end(sentence[here : here + 7])
    if (
        "mim" in clause
        or (_FIRST_PERSON | _HEALERS).intersection(clause[:5])
        or _is_about_a_matter(clause)
    ):
        return Owner.SOMEONE
    if MAKERS.intersection(clause) or (YOU & set(clause) and MASTERS.intersection(clause)):
        return Owner.HIDDEN
    if _RECEIVED.intersection(clause) and (YOU.intersection(clause) or "they" in clause):
        return Owner.HIDDEN
    if _IMPLIED.intersection(clause[1:3]):
        return Owner.HIDDEN
    return Owner.LIKELY if _EARLIER.intersection(clause) else Owner.SOMEONE


def _until_end(clause: Sequence[str]) -> list[str]:
    ends = (at for at, word in enumerate(clause) if at and word in _CLAUSE_ENDS)
    return list(clause[: next(ends, len(clause))])


def _is_about_a_matter(clause: Sequence[str]) -> bool:
    return any(
        word in _ABOUT and i + 1 < len(clause) and clause[i + 1] not in _NO_MATTER | YOU
        for i, word in enumerate(clause)
    )


def _matter(sentence: Sequence[str], here: int, found: Owner) -> Owner:
    """Read what comes after "de", "para", "sobre": the machine itself, or something else."""
    matter = [w for w in sentence[here : here + 4] if w not in _ARTICLES and w not in _YOUR]
    if not matter or matter[0] in _NO_MATTER or matter[0] in PAUSES:
        return found
    if matter[0] in _EARLIER or matter[0] == "cima":
        return Owner.LIKELY
    if matter[0] in _CAUTION or matter[0] in {"empresa", "dono", "dona", "patrao", "company"}:
        return Owner.LIKELY
    if matter[0] in YOU or matter[0] in MAKERS:
        return Owner.HIDDEN
    if matter[0] in _MACHINERY:
        return Owner.SOMEONE if matter[1:2] in (["de"], ["da"], ["do"]) else Owner.HIDDEN
    return Owner.SOMEONE if matter[0] in _EVERYDAY else Owner.TOPICAL
