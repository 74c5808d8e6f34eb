// The history as visitors see it: a button in the header, and a dialog that is made when it is opened first.
const { appears, isPlain, make, shortened } = window.dom;
const { runs } = window;
const DIGITS = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
const CLOCK = { hour: "numeric", minute: "2-digit" };
const DAY = { day: "numeric", month: "short" };

const inDigits = (number) => number.toLocaleString(document.documentElement.lang, DIGITS);

function timeOf(at) {
  const when = new Date(at);
  const isToday = when.toDateString() === new Date().toDateString();
  return when.toLocaleString(document.documentElement.lang, isToday ? CLOCK : { ...DAY, ...CLOCK });
}

const cardOf = (task) => document.querySelector(`#front .card[data-task="${CSS.escape(task)}"]`);
const addressOf = ({ task, fragment }) => `?task=${encodeURIComponent(task)}#${fragment}`;

let dialog = null;

function line(className, text) {
  const element = make("span", className, text);
  element.dir = "auto";  // of whatever language the visitor wrote in
  return element;
}

function outcomeOf(answer, named) {
  const said = dialog.dataset;
  const state = answer && said[answer.state] ? answer.state : "unfinished";
  const outcome = make("span", "came-of-it");
  const mark = make("span", "state", said[state]);
  mark.dataset.state = state;
  outcome.append(mark);
  if (answer?.said) outcome.append(" ", line("said", answer.said));
  const seconds = Number.isFinite(answer?.seconds) ? said.seconds.replace("{seconds}", inDigits(answer.seconds)) : "";
  const facts = [answer?.model || named, seconds].filter(Boolean).join(" · ");
  if (facts) outcome.append(make("span", "facts", facts));
  return outcome;
}

function rowOf(run) {
  const filled = new URLSearchParams(run.fragment);
  const models = filled.has("compare") ? ["model", "compare"] : ["model"];
  const row = make("li", "");
  const link = make("a", "");
  link.href = addressOf(run);
  link.dataset.run = run.id;
  const head = make("span", "head");
  head.append(make("b", "", cardOf(run.task).dataset.verb), make("time", "", timeOf(run.at)));
  link.append(head);
  if (run.asked) link.append(line("asked", run.asked));
  link.append(...models.map((name, at) => outcomeOf(run.answers[at], filled.get(name) ?? "")));
  if (run.without.length) link.append(make("span", "facts", withoutOf(run)));
  const remove = make("button", "remove", "✕");
  remove.type = "button";
  remove.dataset.removes = run.id;
  remove.ariaLabel = remove.title = `${dialog.dataset.remove}: ${shortened(`${head.firstChild.textContent} ${run.asked}`, 60)}`;
  row.append(link, remove);
  return row;
}

const withoutOf = ({ without }) => `${dialog.dataset.without} ${without.join(", ")}`;

// A task may have left the gallery since.
const known = () => runs.all().filter(({ task }) => cardOf(task));

function show() {
  if (!dialog?.open) return;
  const { run, removes } = document.activeElement.dataset;
  const shown = known();
  dialog.querySelector("ol").replaceChildren(...shown.map(rowOf));
  dialog.querySelector("select").value = runs.choice();
  dialog.querySelector(".empty").hidden = shown.length > 0;
  dialog.querySelector(".clear-all").disabled = !shown.length;
  const had = run ? `[data-run="${CSS.escape(run)}"]` : removes ? `[data-removes="${CSS.escape(removes)}"]` : null;
  if (had) dialog.querySelector(had)?.focus();
}

const say = (text) => { dialog.querySelector("[role=status]").textContent = text; };

// The focus goes to the next one, or to the last.
function remove(id) {
  const at = known().findIndex((run) => run.id === id);
  runs.remove(id);
  const left = [...dialog.querySelectorAll(".remove")];
  (left[at] ?? left.at(-1) ?? dialog.querySelector("ol")).focus();
}

function reopen(run) {
  dialog.close();
  const note = [dialog.dataset.reopened, run.without.length ? withoutOf(run) : ""].filter(Boolean).join(" ");
  window.links.reopen(run.task, run.fragment, note);
  window.gallery.open(run.task);
}

function click(event) {
  const { target } = event;
  const link = target.closest("a");
  const removes = target.closest("[data-removes]");
  if (target === dialog || target.closest(".close")) dialog.close();  // what is beside it is its backdrop
  if (target.closest(".clear-all")) {
    runs.clear();
    dialog.querySelector("ol").focus();
  }
  if (removes) remove(removes.dataset.removes);
  if (!link || !isPlain(event)) return;
  event.preventDefault();
  reopen(runs.all().find(({ id }) => id === link.dataset.run));
}

function choose({ target }) {
  say(runs.choose(target.value) ? "" : dialog.dataset.refuses);
  show();
}

function made(template) {
  const [, panel] = template.content.cloneNode(true).children;
  document.querySelector(".gradio-container").append(panel);
  panel.addEventListener("click", click);
  panel.querySelector("select").addEventListener("change", choose);
  return panel;
}

function open(template) {
  dialog ??= made(template);
  say("");
  dialog.showModal();
  show();
  dialog.querySelector("ol").scrollTop = 0;
}

Promise.all([appears("#history"), appears("#masthead .badge")]).then(([template, badge]) => {
  const button = template.content.firstElementChild.cloneNode(true);
  button.addEventListener("click", () => open(template));
  badge.before(button);
});
document.addEventListener("history", show);
