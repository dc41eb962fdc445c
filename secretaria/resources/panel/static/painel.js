// Says whether what is shown is live. Without this script the page says that it is not.
(() => {
  const words = {
    "htmx:sseOpen": "Ao vivo",
    "htmx:sseError": "Sem ligação: o que se vê pode ter mudado.",
    "htmx:sseClose": "A sua entrada venceu: recarregue a página.",
  };
  const line = document.getElementById("ligacao");
  const live = document.getElementById("ao-vivo");
  const tell = (event) => {
    line.textContent = words[event.type];
    line.classList.toggle("on", event.type === "htmx:sseOpen");
  };
  for (const name of Object.keys(words)) live.addEventListener(name, tell);
})();
