// Notes each run: how its task was filled in when Run was pressed, and what came of it.
const { answerIn, shortened, tabOf, taskOf, textOf } = window.dom;
const LONGEST = 200;
const DRAWN = 100;  // milliseconds, until scripts have shown what came last

const noted = new WeakMap();  // by tab, its last run as soon as it is in the list

const publicly = (text) => (window.links.isPublic(text) ? shortened(text, LONGEST) : "");

async function begin(tab) {
  const id = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  const { fragment, left, asked } = await window.links.read(taskOf(tab));
  const run = { id, at: Date.now(), task: taskOf(tab), fragment, without: left, asked, answers: [] };
  window.runs.add(run);
  return run;
}

// What a run said, in short.
function answerOf(stage, state, said) {
  if (state === "stopped") return "";  // what the result shows may be the answer to something else
  if (state === "failed") return said.replace(/^✗\s*/, "") || textOf(document.querySelector(".toast-body.error [data-testid=toast-text]"));
  return answerIn(stage)[0] ?? "";
}

async function end(stage, { state, seconds, model, said }) {
  const run = await noted.get(tabOf(stage));
  if (!run) return;
  const answer = { state, seconds, model: publicly(model) };
  run.answers[stage.matches(".second") ? 1 : 0] = answer;
  const note = () => {
    answer.said = publicly(answerOf(stage, state, said));
    window.runs.change(run);
  };
  note();  // the page may be left at once
  await new Promise((resolve) => setTimeout(resolve, DRAWN));
  note();
}

document.addEventListener("run-begins", ({ target }) => {
  if (target.matches(".second")) return;
  const isListed = document.getElementById("history") && window.runs.choice() !== "off";
  noted.set(tabOf(target), isListed ? begin(tabOf(target)) : null);
});
document.addEventListener("run-ends", ({ target, detail }) => end(target, detail));
