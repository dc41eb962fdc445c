"""The ways people ask for something."""

from typing import Final

FOR_ME: Final = "me/nos de/da/dar"
ASKING: Final = (
    "@reveal/@recite @to? @to_me?",
    FOR_ME,
    "faça/faz/crie/make um/uma/a resumo/lista/cópia/tradução/poema/summary/list/copy/translation",
    "quero/queria/posso/deixa/deixe/gostaria/preciso/want/can/let/like ..2 @see",
)
DEMANDING: Final = ("@hand_over @to? @to_me?", FOR_ME)
