// Says whether what is shown is live. Without this script the page says that it is not.
(() => {
  const words = {
    "htmx:sseOpen": "Ao vivo",
    "htmx:sseError": "Sem ligação: o que se vê pode ter mudado.",
    "htmx:sseClose": "A sua entrada venceu: recarregue a página.",
  };
  const line = document.getElementById("ligacao");
  const live = document.getElementById("ao-vivo");
  const board = document.getElementById("quadro");
  const tell = (event) => {
    line.textContent = words[event.type];
    line.classList.toggle("on", event.type === "htmx:sseOpen");
  };
  for (const name of Object.keys(words)) live.addEventListener(name, tell);

  // A browser has few connections for one address: a tab that nobody sees keeps none.
  let source;
  htmx.createEventSource = (address) => (source = new EventSource(address));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) location.reload();
    else if (source) source.close();
  });

  // What is under the pointer does not move: the list waits until it has left.
  let held = null;
  const isPointedAt = () =>
    matchMedia("(hover: hover)").matches && board.querySelector(".listed:hover") !== null;
  const release = () => {
    if (held === null || isPointedAt()) return;
    htmx.swap(board, held, { swapStyle: "innerHTML" });
    held = null;
    line.textContent = words["htmx:sseOpen"];
  };
  board.addEventListener("htmx:sseBeforeMessage", (event) => {
    held = null;
    if (!isPointedAt()) return;
    event.preventDefault();
    held = event.detail.data;
    line.textContent = "Há novidades: tire o ponteiro da lista.";
  });
  document.addEventListener("pointermove", release);
  document.documentElement.addEventListener("pointerleave", () => setTimeout(release));
})();
