// Ctrl+Enter runs, and so does Enter in a box of one line. An Enter that ends the choice of a character is none of ours.
const BOX = ":is(textarea[rows='1'], input[type=text], input[type=number])";
const LINE = `.stage:not(.chat) > .inputs ${BOX}, .strip .parameters ${BOX}`;
const NO_LINE = ".url, .languages, .about-file, [role=listbox], [role=combobox], [role=grid], .table-container";
const isLine = (box) => box.matches(LINE) && !box.closest(NO_LINE);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || event.keyCode === 229 || event.shiftKey) return;
  if (!event.ctrlKey && !event.metaKey && !isLine(event.target)) return;
  const run = [...document.querySelectorAll("button.run")].find((button) => button.offsetParent !== null);
  if (!run) return;
  event.preventDefault();
  // Gradio reads a text box when it loses the focus or is typed in; a click right after the last key is early enough.
  setTimeout(() => run.click(), 50);
}, true);

// The wheel scrolls the page: it would turn the number in the box that has the focus. A box that is only read is left alone.
document.addEventListener("wheel", ({ target }) => {
  if (!target.matches?.("input[type=number]:not([readonly])")) return;
  target.readOnly = true;
  setTimeout(() => { target.readOnly = false; });
}, { capture: true, passive: true });

// A key that is held down presses a button once: Run and Stop would take turns.
document.addEventListener("keydown", (event) => {
  if (event.repeat && event.target.closest("button.run, button.stop")) event.preventDefault();
});

// Chromium lets Tab into whatever scrolls. The list of a picker closes when its box is left, and the focus would be lost.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Tab") return;
  for (const list of document.querySelectorAll("ul[role=listbox]")) list.tabIndex = -1;
}, true);

// Stop takes the place of Run: the second press of who pressed twice is not meant for it.
const TWICE = 500;  // milliseconds
let pressed = -TWICE;
document.addEventListener("click", (event) => {
  if (event.target.closest("button.run")) pressed = performance.now();
  if (event.target.closest("button.stop") && performance.now() - pressed < TWICE) event.stopImmediatePropagation();
}, true);

// On a slow network Gradio does not know yet what there is to stop, and would forget it: the press is kept for states.js.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button.stop, button.clear");
  const stage = button?.closest(".stage[data-running=unheard]");
  if (!stage) return;
  event.stopImmediatePropagation();
  stage.dataset.ends = button.matches(".stop") ? "stop" : "clear";
}, true);
