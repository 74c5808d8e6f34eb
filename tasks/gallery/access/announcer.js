// What a screen reader is told: one polite region, to which every message is added once.
const { textOf } = window.dom;
const SOON = 150;  // milliseconds; what is said at the same time as the focus moves is not heard
const DRAWN = 100;
const KEPT = 15_000;
const LONGEST = 400;

const region = document.createElement("div");
region.className = "announcer unseen";
region.ariaLive = "polite";
document.body.append(region);

const isMark = /^[^\p{L}\p{N}]+/u;
const cut = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
// Without the mark in front, which would be read as "black circle".
const bare = (text) => text.replace(isMark, "");

function say(text) {
  if (!text) return;
  // What is behind an open dialog is not heard.
  const place = document.querySelector("dialog:modal") ?? document.body;
  if (region.parentElement !== place) place.append(region);
  setTimeout(() => {
    const message = document.createElement("p");
    message.textContent = text;
    region.append(message);
    setTimeout(() => message.remove(), KEPT);
  }, SOON);
}

// What the result says, in short: a screen reader can read all of it where it stands.
function answerIn(stage) {
  if (stage.querySelector("[aria-invalid]")) return [];  // the field at fault has the focus, and says why
  return window.dom.answerIn(stage).map(cut);
}

const states = new WeakMap();  // of each stage, what was said last while it runs

window.announcer = {
  say,

  // A run begins, or does something else than before; a countdown goes on.
  runs(stage, words) {
    const state = bare(words).replace(/\d+/g, "");
    if (states.get(stage) === state) return;
    states.set(stage, state);
    say(bare(words));
  },

  // A run has ended, as its status line says.
  ended(stage, line) {
    states.delete(stage);
    if (line.querySelector(".failed")) return;  // a toast says why
    const facts = [...line.querySelectorAll(":scope > span")].map((one) => bare(textOf(one)));
    setTimeout(() => say([facts.join(", "), ...answerIn(stage)].join(". ")), DRAWN);
  },
};
