// The page's own behaviour. Loaded as gr.Blocks' head script.
const PHONE = window.matchMedia("(max-width: 640px)");

// Ctrl+Enter runs.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const run = [...document.querySelectorAll("button.run")].find((button) => button.offsetParent !== null);
  if (!run) return;
  event.preventDefault();
  // Gradio reads a text box when it loses the focus or is typed in; a click right after the last key is early enough.
  setTimeout(() => run.click(), 50);
}, true);

// On a phone the result lies below the screen: a run brings it in, with the Stop button above it. A chat keeps its box there.
document.addEventListener("click", (event) => {
  const run = event.target.closest("button.run");
  if (run && PHONE.matches && !run.closest(".chat")) run.closest(".actions").scrollIntoView({ behavior: "smooth", block: "start" });
});

// Stop takes the place of Run: the second press of who pressed twice is not meant for it.
const TWICE = 500;  // milliseconds
let pressed = -TWICE;
document.addEventListener("click", (event) => {
  if (event.target.closest("button.run")) pressed = performance.now();
  if (event.target.closest("button.stop") && performance.now() - pressed < TWICE) event.stopImmediatePropagation();
}, true);
