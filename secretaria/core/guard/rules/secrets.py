"""Rules about keys and passwords: handing them over, and those that pretend to unlock."""

from typing import Final

from secretaria.core.guard.rules.asking import ASKING
from secretaria.core.guard.rules.rule import Rule, after_each, rules

_SECRETS: Final = rules(
    "reveal_secret",
    after_each(
        ASKING,
        """
            ~6 api key/keys/token/secret/tokens
            ~6 @secret ..2 da/de/do/of/for/das/to/dos ..1 @locked
            ~6 @secret do banco de dados
            ~4 @your ..1 @own_secret
            ~6 variáveis de ambiente
            ~6 environment variables
            ~6 chave/chaves/senha secreta/secretas/mestra/privada/privadas
            ~6 secret key/keys/token
            ~6 admin/system/root/database/server password/passwords/credentials
            ~4 @your ~1 código fonte
            ~4 @your ~1 source code
        """,
    ),
    unless="wifi wi internet rede",
)

_UNLOCKING: Final = (
    *rules(
        "unlocking_password",
        """
            @password ..2 secreta/secreto/mágica/mestra/mestre/master/secret/magic ..14 @unlock \
                ..3 \
                tudo/acesso/dados/everything/all/access/data/contatos/modo/restrições/agora
            admin/master/root/override ..1 @password ..3 accepted/aceito/aceita ..3 @unlock ..2 \
                all/everything/tudo/acesso
            @password mágica/secreta/mestra ..8 mostra/mostre tudo sem
            @password ..1 de desbloqueio ..14 @unlock/modo
            secret/master/magic/override password/word/code/key ..14 @unlock ..2 \
                everything/all/access/data/yourself/mode
        """,
        across=True,
        unless="cupom promoção desconto anúncio insta instagram wifi",
    ),
    *rules(
        "reveal_secret",
        """
            chave/chaves/key/keys ..1 api ..20 suas/tuas/sua/tua/yours
            printa/imprima/lista/liste/print/list ..3 variáveis/vars/environment ..2 \
                ambiente/variables
            login/senha/acesso ..1 do/da ..1 painel ..1 admin/administrativo/administrador
            confirme/confirma/confirmar/valide/valida/verify/confirm @your ..1 @own_secret
        """,
        across=True,
        unless="wifi reserva consulta wordpress lembro roteador hospedagem",
    ),
)

SECRETS: Final[tuple[Rule, ...]] = (*_SECRETS, *_UNLOCKING)
