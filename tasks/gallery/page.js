// The page's own behaviour: ?task= in the address, and Ctrl+Enter as Run. Loaded as gr.Blocks' head script.
window.gallery = {
  // Tabs report themselves while they mount; until the page is there, that must not overwrite the address.
  ready: false,
  opened(task) {
    if (!window.gallery.ready) return;
    const address = new URL(window.location);
    address.searchParams.set("task", task);
    window.history.replaceState(null, "", address);
  },
};

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const run = [...document.querySelectorAll("button.run")].find((button) => button.offsetParent !== null);
  if (!run) return;
  event.preventDefault();
  // Gradio reads a text box when it loses the focus or is typed in; a click right after the last key is early enough.
  setTimeout(() => run.click(), 50);
}, true);
