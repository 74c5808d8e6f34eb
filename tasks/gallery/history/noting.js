// Notes each run: how its task was filled in when Run was pressed, and what came of it.
const { shortened, tabOf, taskOf } = window.dom;
const LONGEST = 200;
const DRAWN = 100;  // milliseconds, until scripts have shown what came last
const ANSWER = ".result :is(.headline, .answer, textarea)";
const PARTS = ".result :is(.parts li:not([hidden]), [role=gridcell][style*=background-color])";  // of a table, what is marked
const MOST_PARTS = 5;

const noted = new WeakMap();  // by tab, its last run as soon as it is in the list

const textOf = (element) => ((element?.matches("textarea") ? element.value : element?.innerText) ?? "").trim();
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
  if (state === "failed") return said.replace(/^✗\s*/, "") || textOf(document.querySelector(".toast-body.error .toast-text"));
  const outcome = stage.matches(".second") ? stage : stage.querySelector(":scope > .outcome");
  const card = outcome.querySelector(".refusal");
  if (state === "refused") return textOf(card?.querySelector("p") ?? card);
  const note = textOf(outcome.querySelector(".prose.note"));
  if (note) return note;
  const turns = outcome.querySelectorAll(".result .turn.bot .words");
  const answer = textOf([...turns].at(-1) ?? outcome.querySelector(ANSWER));
  return answer || [...outcome.querySelectorAll(PARTS)].slice(0, MOST_PARTS).map(textOf).join(", ");
}

async function end(stage, { state, seconds, model, said }) {
  const run = await noted.get(tabOf(stage));
  if (!run) return;
  const answer = { state, seconds, model: publicly(model), said: "" };
  run.answers[stage.matches(".second") ? 1 : 0] = answer;
  window.runs.change(run);
  await new Promise((resolve) => setTimeout(resolve, DRAWN));
  answer.said = publicly(answerOf(stage, state, said));
  window.runs.change(run);
}

document.addEventListener("run-begins", ({ target }) => {
  if (target.matches(".second")) return;
  const isListed = document.getElementById("history") && window.runs.choice() !== "off";
  noted.set(tabOf(target), isListed ? begin(tabOf(target)) : null);
});
document.addEventListener("run-ends", ({ target, detail }) => end(target, detail));
