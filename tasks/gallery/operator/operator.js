// The operator's page: signs in, and shows the board of rehearsals.
const find = (selector) => document.querySelector(selector);
const board = find("#board");
const say = (text) => { find("[role=status]").textContent = text; };
const EVERY = 700;  // milliseconds

async function ask(path, sent) {
  const options = sent ? { method: "POST", body: JSON.stringify(sent), headers: { "content-type": "application/json" } } : {};
  try {
    const response = await fetch(`operator/${path}`, options);
    const answer = await response.json();
    if (response.ok) return answer;
    if (response.status === 401) location.reload();  // the key has ended
    say(answer.error);
  } catch {
    say(board?.dataset.unreachable ?? "");
  }
  return null;
}

find("#sign-in")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const [field, button] = [find("#key"), find("#sign-in button")];
  button.disabled = true;
  const isIn = await ask("sign-in", { key: field.value.trim() });
  button.disabled = false;
  if (isIn) location.reload();
  else field.select();
});

function make(tag, text, attributes = {}) {
  const made = Object.assign(document.createElement(tag), attributes);
  made.textContent = text;
  return made;
}

const timeOf = (iso) => (iso ? new Date(iso).toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" }) : "");

const secondsOf = (seconds) =>
  seconds === null ? "" : seconds.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 2, minimumFractionDigits: 2 });

function rowOf(line) {
  const row = document.createElement("tr");
  row.dataset.state = line.state;
  const again = make("button", "↻", { className: "quiet", title: board.dataset.again, disabled: line.state === "waiting" });
  again.ariaLabel = `${board.dataset.again}: ${line.title}, ${line.example}`;
  again.addEventListener("click", () => begin([line.key]));
  const task = make("th", line.title, { scope: "row" });
  const cells = [line.outcome, line.example, line.sentence, secondsOf(line.seconds), line.model, timeOf(line.passed_at)];
  row.append(task, ...cells.map((text) => make("td", text)));
  const last = document.createElement("td");
  last.append(again);
  row.append(last);
  return row;
}

const isWrong = ({ state }) => !["passed", "waiting", "never"].includes(state);
const texts = (key, values) => Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), board.dataset[key]);

let drawn = "";
let wrong = [];
let asked = 0;

function draw({ left, damage, lines }) {
  const state = JSON.stringify({ left, damage, lines });
  if (state === drawn) return;  // a row that is drawn anew loses the press that is under way
  drawn = state;
  const focused = document.activeElement?.ariaLabel;
  find("tbody").replaceChildren(...lines.map(rowOf));
  if (focused) [...document.querySelectorAll("tbody button")].find((one) => one.ariaLabel === focused)?.focus();
  wrong = lines.filter(isWrong).map(({ key }) => key);
  const ran = lines.filter(({ state }) => state !== "never" && state !== "waiting").length;
  for (const name of ["#all", "#wrong"]) find(name).disabled = left > 0;
  find("#wrong").disabled ||= !wrong.length;
  find("#stop").hidden = !left;
  find("progress").hidden = !left;
  Object.assign(find("progress"), { max: Math.max(asked, left), value: Math.max(asked, left) - left });
  find("#damage").hidden = !damage.length;
  find("#damage").replaceChildren(...damage.map((text) => make("li", text)));
  if (left) say(texts("running", { left }));
  else if (!ran) say(texts("never", {}));
  else say(wrong.length || damage.length ? texts("wrong", { wrong: wrong.length + damage.length, count: ran }) : texts("right", { count: ran }));
}

async function look() {
  const told = await ask("board");
  if (told) draw(told);
  setTimeout(look, told?.left ? EVERY : 5 * EVERY);
}

async function begin(keys) {
  const count = keys.length || find("tbody").children.length;
  if (board.dataset.paid === "true" && !confirm(texts("calls", { count, cost: board.dataset.cost }))) return;
  const told = await ask("rehearse", { keys });
  if (!told) return;
  asked = told.left;
  draw(told);
  setTimeout(async () => { const now = await ask("board"); if (now) draw(now); }, EVERY);
}

if (board) {
  find("#all").addEventListener("click", () => begin([]));
  find("#wrong").addEventListener("click", () => begin(wrong));
  find("#stop").addEventListener("click", () => ask("stop", {}));
  find("#sign-out").addEventListener("click", async () => { if (await ask("sign-out", {})) location.reload(); });
  look();
}
