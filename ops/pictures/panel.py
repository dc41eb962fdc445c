"""The panel: on a desk, and on a telephone."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from ops.pictures.browser import chromium
from ops.pictures.trouble import ENVIRONMENT, PASSWORD, make_trouble
from secretaria.playground.stack import Stack

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Picture:
    """A file, and the window whose picture it is."""

    name: str
    width: int
    height: int
    scale: int


PICTURES = (Picture("painel.png", 1100, 800, 1), Picture("painel-celular.png", 390, 844, 2))


def main() -> int:
    """Start the service, let some of it go wrong, and take the pictures."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Stack(Path(folder), environment=ENVIRONMENT) as stack,
        chromium() as browser,
    ):
        make_trouble(stack)
        for picture in PICTURES:
            take(browser, stack.url, picture)
    return 0


def take(browser: Browser, url: str, picture: Picture) -> None:
    """Sign in, and take the whole page once it is live."""
    page = browser.new_page(
        viewport={"width": picture.width, "height": picture.height},
        device_scale_factor=picture.scale,
        color_scheme="light",
    )
    sign_in(page, url)
    page.get_by_text("Ao vivo").wait_for()
    page.screenshot(path=FOLDER / picture.name, full_page=True)
    page.close()


def sign_in(page: Page, url: str) -> None:
    """Open the panel."""
    page.goto(f"{url}/painel")
    page.get_by_label("Senha").fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    page.get_by_role("heading", name="Filas", exact=True).wait_for()
