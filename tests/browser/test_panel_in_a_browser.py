"""The panel in a real Chromium: as a person uses it, with a mouse, with keys, on a telephone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ops.pictures.trouble import PASSWORD
from secretaria.playground.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.minutes(1)]

expect.set_options(timeout=20_000)
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
HOSTILE = (
    "<script>document.title = 'broken'</script><img src=x onerror=\"document.title='broken'\">"
    "\u202eoãçnet </pre></main>" + "w" * 60_000
)


def button(page: Page, name: str, message_id: int) -> Any:
    return page.get_by_role("button", name=f"{name} (mensagem {message_id})", exact=True)


def test_queues_are_seen_after_signing_in(window: Any, listed: list[int]) -> None:
    page = window.page
    expect(page.get_by_text("Ao vivo")).to_be_visible()
    expect(page.get_by_text(f"{len(listed)} mensagens esperam por uma pessoa.")).to_be_visible()
    expect(page.get_by_role("rowheader")).to_have_count(4)
    expect(page.get_by_role("columnheader")).to_have_count(5)
    for landmark in ("banner", "main"):
        expect(page.get_by_role(landmark)).to_have_count(1)


def test_a_wrong_password_is_told(make_window: Callable[..., Any]) -> None:
    page = make_window().page
    page.goto(f"{make_window().url}/painel")
    page.get_by_label("Senha").fill("x")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Senha errada.")
    expect(page.get_by_label("Senha")).to_be_focused()


def test_a_dead_message_is_seen_without_a_reload_and_keeps_the_focus(
    window: Any, listed: list[int], run_sql: Callable[..., None]
) -> None:
    page = window.page
    expect(page.get_by_text("Ao vivo")).to_be_visible()
    button(page, "Mostrar texto", listed[-1]).focus()
    page.evaluate("document.mark = 'not reloaded'")
    run_sql(
        "INSERT INTO messages (conversation_id, direction, state, reason, kind, text,"
        " correlation_id) VALUES (1, 'inbound', 'dead', 'attempts_exhausted', 'text', 'oi', 'new')"
    )
    expect(page.get_by_text("Mensagem do cliente sem resposta")).to_be_visible()
    expect(page.get_by_text(f"{len(listed) + 1} mensagens esperam")).to_be_visible()
    assert page.evaluate("document.mark") == "not reloaded"
    expect(button(page, "Mostrar texto", listed[-1])).to_be_focused()


def test_what_is_under_the_pointer_does_not_move(
    window: Any, listed: list[int], run_sql: Callable[..., None]
) -> None:
    page = window.page
    expect(page.get_by_text("Ao vivo")).to_be_visible()
    button(page, "Não chegou", listed[0]).hover()
    run_sql("UPDATE messages SET state = 'cancelled' WHERE id = :id", id=listed[0])
    expect(page.get_by_text("Há novidades")).to_be_visible()
    expect(page.get_by_text(f"{len(listed) - 1} mensagens esperam")).to_be_visible()
    expect(button(page, "Não chegou", listed[0])).to_have_count(1)
    page.mouse.move(5, 5)
    expect(button(page, "Não chegou", listed[0])).to_have_count(0)
    expect(page.get_by_text("Ao vivo")).to_be_visible()


def test_a_tab_that_nobody_sees_keeps_no_connection(window: Any, listed: list[int]) -> None:
    page = window.page
    page.add_init_script(
        "window.ended = 0; const close = EventSource.prototype.close;"
        "EventSource.prototype.close = function () { ended += 1; close.call(this); };"
    )
    page.reload()
    expect(page.get_by_text("Ao vivo")).to_be_visible()
    hide(page, hidden=True)
    assert page.evaluate("ended") == 1
    hide(page, hidden=False)
    page.wait_for_function("ended === 0")
    expect(page.get_by_text("Ao vivo")).to_be_visible()
    expect(button(page, "Mostrar texto", listed[0])).to_be_visible()


def hide(page: Page, *, hidden: bool) -> None:
    """As if another tab had come to the front, or gone."""
    value = "true" if hidden else "false"
    page.evaluate(
        f"Object.defineProperty(document, 'hidden', {{value: {value}, configurable: true}});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )


def test_the_text_is_seen_behind_a_click(window: Any, listed: list[int]) -> None:
    page = window.page
    button(page, "Mostrar texto", listed[0]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Mensagem {listed[0]}")
    expect(page.get_by_role("region", name="Texto")).not_to_be_empty()
    page.get_by_role("link", name="Voltar às filas").click()
    expect(page.get_by_text("Ao vivo")).to_be_visible()


def test_a_hostile_text_does_nothing(
    window: Any, listed: list[int], run_sql: Callable[..., None]
) -> None:
    page = window.page
    run_sql("UPDATE messages SET text = :it WHERE id = :id", it=HOSTILE, id=listed[0])
    page.set_viewport_size({"width": 360, "height": 740})
    button(page, "Mostrar texto", listed[0]).click()
    expect(page.get_by_role("region", name="Texto")).to_contain_text("<script>")
    assert page.title() == f"Mensagem {listed[0]} · Secretaria"
    assert width_of(page) <= 360
    expect(page.get_by_role("button", name="Enviar de novo")).to_be_visible()


def test_a_reply_that_may_have_arrived_is_sent_again_after_a_warning(
    window: Any, listed: list[int], run_sql: Callable[..., None]
) -> None:
    page = window.page
    run_sql("UPDATE messages SET state = 'ambiguous' WHERE id = :id", id=listed[0])
    page.reload()
    button(page, "Enviar de novo", listed[0]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ela pode chegar duas vezes")
    page.get_by_role("link", name="Não, voltar às filas").click()
    button(page, "Enviar de novo", listed[0]).click()
    page.get_by_role("button", name="Enviar de novo assim mesmo").click()
    expect(page.get_by_role("status")).to_contain_text("de volta à fila")
    expect(button(page, "Enviar de novo", listed[0])).to_have_count(0)


def test_a_person_who_has_the_conversation_is_not_talked_over_by_accident(
    window: Any, listed: list[int], run_sql: Callable[..., None]
) -> None:
    page = window.page
    run_sql("UPDATE messages SET state = 'dead' WHERE id = :id", id=listed[1])
    run_sql("UPDATE conversations SET status = 'human'")
    button(page, "Enviar de novo", listed[1]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Uma pessoa está com esta conversa")
    page.get_by_role("button", name="Tentar assim mesmo").click()
    expect(page.get_by_role("status")).to_contain_text("de volta à fila")


def test_a_message_is_resolved_in_one_window_and_another_is_told(
    window: Any, listed: list[int], make_window: Callable[..., Any]
) -> None:
    other = make_window(java_script_enabled=False).open().page
    button(window.page, "Não chegou", listed[0]).click()
    expect(window.page.get_by_role("heading", level=1)).to_have_text("Não chegou")
    window.press("Tirar da lista")
    expect(window.page.get_by_role("status")).to_have_text(f"Mensagem {listed[0]}: resolvida.")
    button(other, "Chegou", listed[0]).click()
    expect(other.get_by_role("status")).to_contain_text("já não está na lista")


def test_without_javascript_everything_works_too(
    make_window: Callable[..., Any], listed: list[int]
) -> None:
    window = make_window(java_script_enabled=False).open()
    page = window.page
    expect(page.get_by_text("Recarregue a página")).to_be_visible()
    button(page, "Mostrar texto", listed[0]).click()
    page.get_by_role("button", name="Chegou").first.click()
    window.press("Tirar da lista")
    expect(page.get_by_role("status")).to_contain_text("resolvida")
    window.press("Sair")
    expect(page.get_by_text("Você saiu.")).to_be_visible()
    assert window.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_telephone_shows_it_all_without_scrolling_sideways(
    make_window: Callable[..., Any], listed: list[int], scheme: str
) -> None:
    window = make_window(**PHONE, color_scheme=scheme)
    page = window.page
    page.goto(f"{window.url}/painel")
    assert width_of(page) <= 360
    window.open()
    expect(page.get_by_text("Ao vivo")).to_be_visible()
    assert width_of(page) <= 360
    button(page, "Mostrar texto", listed[0]).tap()
    expect(page.get_by_role("region", name="Texto")).to_be_visible()
    assert width_of(page) <= 360
    assert window.complaints == []


def width_of(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_what_is_behind_them(
    make_window: Callable[..., Any], scheme: str
) -> None:
    page = make_window(color_scheme=scheme).open().page
    assert page.evaluate(CONTRASTS) == []


CONTRASTS = """() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => channels(color).slice(0, 3)
    .map((c) => c / 255).map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let it = element; it; it = it.parentElement) {
      const color = getComputedStyle(it).backgroundColor;
      if ((channels(color)[3] ?? 1) > 0) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const weak = [];
  for (const element of document.querySelectorAll("body *")) {
    const words = [...element.childNodes].filter((n) => n.nodeType === 3 && n.data.trim());
    if (!words.length || !element.checkVisibility()) continue;
    const [a, b] = [light(getComputedStyle(element).color), light(behind(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) weak.push([words[0].data, contrast]);
  }
  return weak;
}"""


def test_keys_alone_are_enough(make_window: Callable[..., Any], listed: list[int]) -> None:
    window = make_window()
    page = window.page
    page.goto(f"{window.url}/painel")
    expect(page.get_by_label("Senha")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ao vivo")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Ir para o conteúdo")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(button(page, "Mostrar texto", listed[0])).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Mensagem {listed[0]}")
    assert window.complaints == []


def test_signing_out_leads_back_to_the_door(window: Any) -> None:
    window.press("Sair")
    expect(window.page.get_by_text("Você saiu.")).to_be_visible()
    window.page.goto(f"{window.url}/painel/filas")
    expect(window.page.get_by_label("Senha")).to_be_visible()


def test_the_page_says_when_it_is_not_live_any_more_and_when_it_is_again(
    make_window: Callable[..., Any], stack: Stack
) -> None:
    page = make_window().open().page
    expect(page.get_by_text("Ao vivo")).to_be_visible()
    assert stack.end("web") == 0
    expect(page.get_by_text("Sem ligação")).to_be_visible()
    stack.run("web")
    stack.wait_until_ready()
    expect(page.get_by_text("Ao vivo")).to_be_visible()
