// The speaker's window: follows the tour in another window of the same browser, and moves it.
const { said, steps } = await (await fetch("tour.json")).json();
const find = (id) => document.getElementById(id);
const channel = new BroadcastChannel("gallery-tour");
const KEYS = { ArrowRight: 1, PageDown: 1, " ": 1, ArrowLeft: -1, PageUp: -1 };
let since = null;
let limit = 0;

const clockOf = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const move = (by) => channel.postMessage({ by });

function show(at) {
  const step = steps[at];
  const next = steps[at + 1];
  since = Date.now();
  limit = step.seconds;
  find("where").textContent = said.step.replace("{step}", at + 1).replace("{count}", steps.length);
  find("line").textContent = step.line;
  find("say").textContent = step.say;
  find("next").textContent = next ? said.next.replace("{verb}", next.verb) : said.last;
}

setInterval(() => {
  if (since === null) return;
  const seconds = (Date.now() - since) / 1000;
  find("clock").textContent = limit ? `${clockOf(seconds)} / ${clockOf(limit)}` : clockOf(seconds);
  find("clock").classList.toggle("late", limit > 0 && seconds > limit);
}, 500);

for (const [id, by] of [["back", -1], ["forward", 1]]) {
  find(id).textContent = said[id];
  find(id).addEventListener("click", () => move(by));
}
document.addEventListener("keydown", (event) => {
  if (!(event.key in KEYS) || (event.key === " " && event.target.matches("button"))) return;
  event.preventDefault();
  move(KEYS[event.key]);
});
channel.addEventListener("message", ({ data }) => { if ("at" in data) show(data.at); });
find("say").textContent = said.nobody;
channel.postMessage({ asks: true });
