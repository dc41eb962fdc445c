"""The send APIs of the families: each one's route, body and proof of who we are (section 1.1)."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from secretaria.adapters.whaticket.calls import Exchange, Way
from secretaria.adapters.whaticket.families import Families
from secretaria.adapters.whaticket.place import Place
from secretaria.core.delivery import Sending
from secretaria.core.family import Family
from secretaria.core.whaticket import message_id

USUAL_PATH = "/api/messages/send"
PRESS_PATH = "/v1/messages/send"
NO_USER_ID = Sending("channel_down", "user_id_unknown")
NO_API_ID = Sending("channel_down", "api_id_unknown")
_OTHER_WAY = frozenset({"route_404", "route_405", "access_401"})
"""How Press's `/v1` turns down a token that is not one of its own, before it takes a message."""


@dataclass(frozen=True, slots=True)
class SendApi:
    """Sends to a number with the connection's token.

    Text goes as JSON: a multipart body without a file sends nothing, and is answered 200
    (section 1.2).
    """

    way: Way
    place: Place
    families: Families
    family: Family
    token: str = field(repr=False)
    user_id: Callable[[], int | None]
    """The id of the user as whom we are logged in; raises `Stopped`."""

    def send(self, number: str, text: str, label: str) -> Sending:
        """Hand over a text; `number` is digits, or `<lid>@lid` where the family takes that.

        Raises `Stopped` when the user's id is needed, and the login does not give it.
        """
        message = {"number": number, "body": text}
        match self.family.send_api:
            case "external":
                return self._by_external_api(message | {"externalKey": label})
            case "press":
                return self._to_press(message)
            case "whaticket":
                return self._taken(self._post(USUAL_PATH, message))

    def _by_external_api(self, message: dict[str, Any]) -> Sending:
        path = self.place.external_path
        return NO_API_ID if path is None else self._taken(self._post(path, message))

    def _to_press(self, message: dict[str, Any]) -> Sending:
        """Try `/v1` with its own kind of token, else the old route with that of the settings."""
        user_id = self.user_id()
        if user_id is None:
            return NO_USER_ID
        message = message | {"userId": user_id}
        headers = {"x-api-token": self.token}
        exchange = self.way.call("send", "POST", PRESS_PATH, headers=headers, json=message)
        if exchange.sending.error in _OTHER_WAY:
            exchange = self._post(USUAL_PATH, message)
        return self._taken(exchange)

    def _post(self, path: str, message: dict[str, Any]) -> Exchange:
        return self.way.call("send", "POST", path, token=self.token, json=message)

    def _taken(self, exchange: Exchange) -> Sending:
        if exchange.sending.kind != "sent":
            return exchange.sending
        self.families.learn(exchange.body)
        if not self.family.returns_id:
            return exchange.sending
        return replace(exchange.sending, provider_id=message_id(exchange.body))
