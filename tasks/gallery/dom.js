// What several scripts do with the elements of the page.
const MOST_PARTS = 5;
const PARTS = ".parts li:not([hidden]), [role=gridcell][style*=background-color]";  // of a table, what is marked

const STILL = window.matchMedia("(prefers-reduced-motion: reduce)");
const MUCH = 160;  // pixels, of what may be longer than the window

const wordsIn = (element) => (element?.localName === "textarea" ? element.value : element?.innerText ?? "");
const textOf = (element) => wordsIn(element).replace(/\s+/g, " ").trim();

window.dom = {
  textOf,

  // What the result of a run says in short: its note or why there is none, and its answer or the first parts of it.
  answerIn(stage) {
    const outcome = stage.matches(".second") ? stage : stage.querySelector(":scope > .outcome");
    const result = outcome.querySelector(".result");
    const note = outcome.querySelector(".prose.note .refusal > p:first-child") ?? outcome.querySelector(".prose.note");
    const turns = result?.querySelectorAll(".turn.bot .words") ?? [];
    const parts = [...(result?.querySelectorAll(PARTS) ?? [])].slice(0, MOST_PARTS);
    const answer = [...turns].at(-1) ?? result?.querySelector(".headline, .answer, textarea");
    return [textOf(note), answer ? textOf(answer) : parts.map(textOf).join("; ")].filter(Boolean);
  },

  // The tab of a task that an element is in, and the task.
  tabOf: (element) => element?.closest?.("[role=tabpanel][id^=tab-]"),
  taskOf: (tab) => tab.id.slice("tab-".length),

  // The first element that matches, as soon as there is one.
  appears: (selector) =>
    new Promise((resolve) => {
      const look = () => {
        const found = document.querySelector(selector);
        if (found) {
          watch.disconnect();
          resolve(found);
        }
      };
      const watch = new MutationObserver(look);
      watch.observe(document, { subtree: true, childList: true, attributeFilter: ["aria-selected"] });
      look();
    }),

  // Whether an element, or a good part of it, can be seen.
  isInView(element) {
    const { top, bottom, height } = element.getBoundingClientRect();
    return Math.min(bottom, window.innerHeight) - Math.max(top, 0) >= Math.min(height, MUCH);
  },

  // How the page scrolls.
  get motion() { return STILL.matches ? "auto" : "smooth"; },

  make(name, className, text = "") {
    const element = document.createElement(name);
    element.className = className;
    element.textContent = text;
    return element;
  },

  // In one line, and cut.
  shortened(text, most) {
    const line = text.slice(0, 4 * most).replace(/\s+/g, " ").trim();
    return line.length > most ? `${[...line.slice(0, most)].slice(0, -1).join("")}…` : line;
  },

  // What the browser keeps under a name. It may refuse to.
  kept(name, store = "localStorage") {
    try { return window[store].getItem(name); } catch { return null; }
  },

  // The names that begin so, and under which the browser keeps something.
  namesKept(beginning, store) {
    try { return Object.keys(window[store]).filter((name) => name.startsWith(beginning)); } catch { return []; }
  },

  // Keeps a text under a name, or nothing if it is null. Returns whether the browser does.
  keep(name, text, store = "localStorage") {
    try {
      if (text === null) window[store].removeItem(name);
      else window[store].setItem(name, text);
      return true;
    } catch {
      return false;
    }
  },

  // A click with a key held, or with another button, is for the browser: it opens a tab or window.
  isPlain: ({ button, ctrlKey, metaKey, shiftKey, altKey }) => !(button || ctrlKey || metaKey || shiftKey || altKey),

  // Gradio takes what is in a box from its event.
  write(box, text) {
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  },

  // What is inside is made when its hidden button is pressed first. Returns whether that was now.
  open(opener) {
    if (opener.dataset.used) return false;
    opener.dataset.used = "true";
    opener.click();
    return true;
  },
};
