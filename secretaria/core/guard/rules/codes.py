"""Rules about orders in code: decode this, and obey it."""

from typing import Final

from secretaria.core.guard.rules.rule import Rule, rules

_CODES: Final = rules(
    "encoded_orders",
    """
            @decode ..12 @encoding ..25 @obey
            @encoding ..25 @decode ..25 @obey
            @encoding ..15 siga/execute/obedeça/cumpra/follow/obey
            siga/execute/obedeça/cumpra/follow/obey ..8 base64/rot13/hexadecimal/morse
            decodifique/decode/descriptografe/decrypt/desencripte ..20 @obey
            leia/ler/inverta/read/reverse ..8 @backwards ..12 \
                siga/execute/obedeça/cumpra/follow/obey
            leia/lê/ler/inverta/read ..6 @backwards ..3 e/and ..1 @carry_out
            decifra/descifra/decifre/decodifica/decode/decrypt e/and/then ..1 @carry_out \
                ./:/isso/it/what
            @encoding ..10 @decode ..2 e/and ..1 @carry_out
            @encoding ..8 ordem/comando/order/command ..2 @carry_out
            @decode ..4 @encoding ..3 @carry_out
            inverta/reverse ..8 siga/execute/obedeça/cumpra/follow/obey
        """,
    across=True,
)

CODES: Final[tuple[Rule, ...]] = _CODES
