// The page's own behaviour. Loaded as gr.Blocks' head script.
const PHONE = window.matchMedia("(max-width: 640px)");

window.gallery = {
  // Tabs report themselves while they mount; until the page is there, that must not overwrite the address.
  ready: false,
  opened(task) {
    // On a phone both rows of tabs are swiped: bring the group's tab into sight too, once it is marked.
    requestAnimationFrame(() => {
      const group = document.querySelector("#domains [role=tab][aria-selected=true]");
      for (const tab of [group, document.getElementById(`tab-${task}-button`)]) {
        tab?.scrollIntoView({ block: "nearest", inline: "center" });
      }
    });
    if (!window.gallery.ready) return;
    const address = new URL(window.location);
    address.searchParams.set("task", task);
    window.history.replaceState(null, "", address);
  },
};

// Ctrl+Enter runs.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const run = [...document.querySelectorAll("button.run")].find((button) => button.offsetParent !== null);
  if (!run) return;
  event.preventDefault();
  // Gradio reads a text box when it loses the focus or is typed in; a click right after the last key is early enough.
  setTimeout(() => run.click(), 50);
}, true);

// On a phone the result lies below the screen: a run brings it in, with the Stop button above it.
document.addEventListener("click", (event) => {
  const run = event.target.closest("button.run");
  if (run && PHONE.matches) run.closest(".actions").scrollIntoView({ behavior: "smooth", block: "start" });
});
