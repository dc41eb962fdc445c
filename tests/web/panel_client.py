"""The panel of a real web process, used as a browser does, and rows to be seen on it."""

import re
from dataclasses import dataclass, field

import requests
from sqlalchemy import text
from web_client import PATIENCE_SECONDS, Web

from secretaria.adapters.database import Database

PASSWORD = "çerta & +1%"
FORM = "application/x-www-form-urlencoded"
PROOF = re.compile(r'name="prova" value="([0-9a-f]+)"')


@dataclass
class Panel:
    """One browser, with its cookies."""

    web: Web
    browser: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, **options: object) -> requests.Response:
        return self.call("GET", path, **options)

    def call(self, method: str, path: str, **options: object) -> requests.Response:
        usual = {"timeout": PATIENCE_SECONDS, "allow_redirects": False}
        return self.browser.request(method, f"{self.web.stack.url}/painel{path}", **usual | options)  # type: ignore[arg-type]

    def proof(self, path: str) -> str:
        found = PROOF.search(self.get(path).text)
        assert found is not None
        return found[1]

    def try_password(self, password: str, **headers: str) -> requests.Response:
        form = {"prova": self.proof("/entrar"), "senha": password}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.call("POST", "/entrar", data=form, headers=named)

    def sign_in(self) -> "Panel":
        answer = self.try_password(PASSWORD)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/painel/filas")
        return self

    def act(self, path: str, **fields: object) -> requests.Response:
        """Send one of the page's forms, with its proof."""
        return self.call("POST", path, data={"prova": self.proof("/filas")} | fields)

    def page(self) -> str:
        answer = self.get("/filas")
        assert answer.status_code == 200, answer.text
        return answer.text

    def events(self, name: str) -> list[dict[str, object]]:
        return [line for line in self.web.log_lines() if line["event"] == name]


def state_of(database: Database, message_id: int) -> tuple[str, bool]:
    """A message's state, and whether it is still on the list."""
    query = text("SELECT state, resolved_at IS NULL FROM messages WHERE id = :id")
    with database.transaction() as session:
        state, is_open = session.execute(query, {"id": message_id}).one()
    return str(state), bool(is_open)


def run_sql(database: Database, statement: str, **values: object) -> None:
    with database.transaction() as session:
        session.execute(text(statement), values)
