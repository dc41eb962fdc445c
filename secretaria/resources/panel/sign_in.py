"""GET and POST /painel/entrar, POST /painel/sair."""

from dataclasses import dataclass
from http import HTTPStatus

import falcon

from secretaria.adapters.pages import Pages
from secretaria.errors import Rejected
from secretaria.resources.panel.access import SIGN_IN, Access, stores_answer
from secretaria.resources.panel.html import see_other, show
from secretaria.resources.panel.queues import QUEUES
from secretaria.resources.panel.words import notice
from secretaria.services.sign_in import SignIn

_WRONG = "Senha errada."


@dataclass(frozen=True, slots=True)
class SignInPage:
    """A visitor's pass binds the form to the browser that asked for it: nobody signs others in."""

    access: Access
    sign_in: SignIn
    pages: Pages

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the form."""
        self._show(request, response, notice(request.get_param("aviso"), None))

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Sign in, or say that the password is wrong."""
        fields = self.access.read(request, self.access.find(request, "visit"))
        try:
            with stores_answer():
                session = self.sign_in(
                    fields.get("senha", ""), address=self.access.address(request)
                )
        except Rejected as rejected:
            if rejected.status != HTTPStatus.UNAUTHORIZED:
                raise
            response.status = falcon.HTTP_401
            self._show(request, response, _WRONG)
            return
        self.access.hand_out(request, response, "session", session)
        raise falcon.HTTPSeeOther(QUEUES)

    def _show(self, request: falcon.Request, response: falcon.Response, said: str | None) -> None:
        visit = self.access.visit(request)
        self.access.hand_out(request, response, "visit", visit)
        show(response, self.pages("entrar", proof=visit.form_proof, notice=said))


@dataclass(frozen=True, slots=True)
class SignOut:
    """Ends the session in this browser."""

    access: Access

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Forget the session, and say so."""
        self.access.read(request, self.access.require(request))
        self.access.take_back(response)
        raise see_other(SIGN_IN, aviso="signed_out")
