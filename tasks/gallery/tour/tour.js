// The tour: one task after the other, with nothing but input, result and a line. Loaded only where the address asks for it.
const { appears, tabOf, taskOf } = window.dom;
const FILLED = 300;  // milliseconds, until what is filled in can be sent
const FORWARD = ["ArrowRight", "PageDown", " "];
const BACK = ["ArrowLeft", "PageUp"];
const ALWAYS = ["PageDown", "PageUp", "Escape"];

const styles = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "tour.css" });
document.head.append(styles);
const { said, steps } = await (await fetch("tour.json")).json();
const channel = new BroadcastChannel("gallery-tour");
let at = -1;
let turn = 0;

const inRange = (number) => Math.min(Math.max(number || 1, 1), steps.length) - 1;
const inAddress = () => inRange(Number(new URLSearchParams(window.location.search).get("tour")));

function button(name, label, press) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: name, textContent: label });
  made.ariaLabel = made.title = said[name];
  made.addEventListener("click", press);
  return made;
}

const bar = document.createElement("aside");
bar.id = "tour";
bar.ariaLabel = said.step.split(" ")[0];
const line = Object.assign(document.createElement("h1"), { className: "line", ariaLive: "polite" });  // the page's own is hidden
const where = Object.assign(document.createElement("span"), { className: "where" });
bar.append(line, button("back", "‹", () => enter(at - 1)), where, button("forward", "›", () => enter(at + 1)),
  button("speaker", "❐", () => window.open("speaker", "gallery-speaker", "popup,width=720,height=520")), button("leave", "✕", leave));
document.querySelector(".gradio-container").prepend(bar);
document.documentElement.dataset.tour = "";

const tell = () => channel.postMessage({ at });

async function run(task, mine) {
  const panel = document.getElementById(`tab-${task}`);
  await new Promise((resolve) => setTimeout(resolve, FILLED));
  if (mine !== turn || panel.querySelector(".stage[data-running]")) return;
  panel.querySelector("button.run").click();
}

// Fills in the step's task, shows it, and runs it.
async function enter(number, isNew = true) {
  const next = Math.min(Math.max(number, 0), steps.length - 1);
  if (next === at && isNew) return;
  const mine = ++turn;
  const way = at < 0 ? "replaceState" : "pushState";  // the first step is where the page was opened
  document.querySelector(".stage[data-running] button.stop")?.click();
  at = next;
  const { task, filled, line: words } = steps[at];
  line.textContent = words;
  where.textContent = `${at + 1} / ${steps.length}`;
  bar.querySelector(".back").disabled = at === 0;
  bar.querySelector(".forward").disabled = at === steps.length - 1;
  tell();
  const isFilled = new Promise((resolve) => document.addEventListener("filled-in", function heard({ detail }) {
    if (detail !== task) return;
    document.removeEventListener("filled-in", heard);
    resolve();
  }));
  window.links.reopen(task, String(new URLSearchParams(filled)), "");
  if (isNew) window.gallery.open(task, at + 1, way);
  await Promise.all([isFilled, appears(`#tab-${task} button.run`)]);
  if (mine === turn) run(task, mine);
}

function leave() {
  turn += 1;
  const task = steps[at].task;
  delete document.documentElement.dataset.tour;
  bar.remove();
  styles.remove();
  channel.close();
  document.removeEventListener("keydown", press, true);
  window.removeEventListener("popstate", follow);
  window.gallery.open(task, null);
}

function press(event) {
  const { key, target } = event;
  const isTyping = target.matches("input, textarea, select, [contenteditable]") && !ALWAYS.includes(key);
  if (isTyping || event.altKey || event.ctrlKey || event.metaKey) return;
  if (key === " " && target.matches("button, a, summary, audio, video")) return;
  if (key.startsWith("Arrow") && target.matches("[role=tab], [role=slider], audio, video")) return;
  if (key === "Escape" && !document.querySelector("dialog[open]")) leave();
  else if (FORWARD.includes(key)) enter(at + 1);
  else if (BACK.includes(key)) enter(at - 1);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

const follow = () => enter(inAddress(), false);

document.addEventListener("keydown", press, true);
window.addEventListener("popstate", follow);
channel.addEventListener("message", ({ data }) => {
  if (data.asks) tell();
  if (data.by) enter(at + data.by);
});
enter(inAddress());
