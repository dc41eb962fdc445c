"""HTML answers: pages, errors in words, and the headers that every answer of the panel carries."""

from dataclasses import dataclass
from typing import Any

import falcon

from secretaria.adapters.pages import Pages

ROOT = "/painel"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_ERRORS = {
    400: ("Não entendi o pedido", "O que chegou não veio de uma página deste painel."),
    401: ("Entre para ver", "Esta parte do painel pede a senha."),
    403: (
        "Formulário recusado",
        "Ele venceu, ou não veio desta página. Volte, recarregue e tente de novo.",
    ),
    404: ("Página não encontrada", "Este endereço não existe no painel."),
    405: ("Isto não se faz aqui", "Este endereço existe, mas não para este tipo de pedido."),
    408: ("Demorou demais", "O formulário não chegou inteiro a tempo. Tente de novo."),
    411: ("Não entendi o pedido", "Faltou dizer o tamanho do formulário."),
    413: ("Formulário grande demais", "Nenhum formulário deste painel é tão grande."),
    415: ("Não entendi o pedido", "O painel só aceita os seus próprios formulários."),
    429: ("Muitas tentativas", "Espere alguns minutos antes de tentar de novo."),
    503: (
        "Agora não deu",
        "Um sistema não respondeu. Recarregue a página e confira antes de repetir o que fez.",
    ),
}
_UNKNOWN = ("Algo não deu certo", "Volte ao painel e tente de novo.")


@dataclass(frozen=True, slots=True)
class HtmlPages:
    """Middleware: what is answered below the panel's root is a page, and carries its headers."""

    pages: Pages

    def process_request(self, request: falcon.Request, response: falcon.Response) -> None:
        """Before anything can go wrong with the request.

        Falcon leaves out slashes at the beginning of a path; here such a path leads nowhere.
        """
        path = f"/{request.path.lstrip('/')}"
        if path != ROOT and not path.startswith(f"{ROOT}/"):
            return
        response.set_headers(HEADERS)
        response.content_type = falcon.MEDIA_HTML
        request.context.show_error = self.show_error
        if path != request.path:
            raise falcon.HTTPNotFound

    def show_error(self, response: falcon.Response, status: int) -> None:
        """Say what went wrong, in words for whoever sits there, and nothing of why."""
        title, words = _ERRORS.get(status, _UNKNOWN)
        show(response, self.pages("erro", title=title, words=words))


def show(response: falcon.Response, page: str) -> None:
    """Answer with a page."""
    response.text = page


def see_other(path: str, **told: Any) -> falcon.HTTPSeeOther:
    """Where to go after a form, with what is to be said there."""
    return falcon.HTTPSeeOther(path + falcon.to_query_str(told))
