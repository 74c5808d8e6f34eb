// What stands in a task's inputs, in the address behind the #: kept as it changes, and put back when the page is opened.
const LONGEST = 8000;  // characters
const LONGEST_NAME = 120;
const MOST_OF_A_CODE = 2900;  // bytes
const SECRET = /\b(?:hf_|sk-|gsk_|xai-|AIza)[\w-]{12,}/;

const fragments = new Map();  // of each task, what its address has behind the #
const missing = new Map();  // of each task, the labels of what its address does not have
const asked = new Map();  // of each task, its inputs in a few words
const notes = new Map();  // of each task that is opened again, what its page says of it
const waiting = new Map();  // of each task that is to be filled in when its run has ended, with what
const examples = new Map();  // of each task, the number of the example whose files are in the inputs
const addresses = new Map();  // by task and name, the URL that a file came from
const copied = new Map();  // of each task whose link was copied, what that link has and has not
const restoring = new Set();

const { shortened, tabOf, taskOf } = window.dom;

const isEmpty = (table) => !table?.data?.some((row) => row.some((cell) => cell !== "" && cell !== null));
const isUsual = (kind, value, usual) =>
  kind === "json" && value !== null && typeof value === "object" ? isEmpty(value) : (value ?? "") === (usual ?? "");

// A URL may have a secret in its query or user name.
function isPublic(text) {
  if (SECRET.test(text)) return false;
  if (!/^\s*https?:\/\/\S+\s*$/i.test(text) || !URL.canParse(text.trim())) return true;
  const { search, username, password } = new URL(text.trim());
  return !search && !username && !password;
}

function written(kind, value) {
  if (kind !== "json") return value;
  return JSON.stringify(value && typeof value === "object" ? { headers: value.headers, data: value.data } : value);
}

// The URL of a file outlives the box that it was typed into, which a run empties.
function addressOfFile(task, name, fields, values) {
  const box = fields.findIndex(([other, kind]) => other === name && kind === "url");
  if (values[box]) addresses.set(`${task} ${name}`, values[box]);
  const address = addresses.get(`${task} ${name}`);
  return address && window.files.atPage(`${task}-${name}`, address);
}

// One input in a few words. Of a file, where it is from; of a table, what its columns are.
function named(task, [name, kind], value) {
  if (kind === "url" || kind === "turns" || !value) return "";
  if (kind === "file") return addresses.get(`${task} ${name}`) ?? value.orig_name ?? "";
  return value.headers && !isEmpty(value) ? value.headers.join(", ") : typeof value === "string" ? value : "";
}

function inShort(task, fields, values) {
  const inputs = fields.slice(0, fields.findIndex(([name]) => name === "model"));
  const texts = inputs.map((field, at) => named(task, field, values[at])).filter((text) => text && isPublic(text));
  return texts.map((text) => shortened(text, LONGEST_NAME)).join(" · ");
}

function keep(task, fields, values) {
  const found = new Map();
  const left = [];
  const example = fields.some(([, kind]) => kind === "url") ? examples.get(task) : undefined;
  fields.forEach(([name, kind, usual, label], at) => {
    let value = values[at];
    if (kind === "url") return;
    if (kind === "file" || kind === "turns") {
      const url = addressOfFile(task, name, fields, values);
      const isOwn = value && value.length !== 0;  // an empty conversation is a list without turns
      if (!url && isOwn && example === undefined) left.push(label);
      value = url;
    }
    if (isUsual(kind, value, usual)) return;
    const text = written(kind, value);
    if (isPublic(text)) found.set(name, text);
    else left.push(label);
  });
  const compared = window.compare.models(task);  // both by name: which one the server recommends may change
  for (const [name, model] of Object.entries(compared)) if (isPublic(model)) found.set(name, model);
  if (example !== undefined) found.set("example", example);
  const longestFirst = [...found].sort((one, other) => other[1].length - one[1].length);
  for (const [name] of longestFirst) {
    if (String(new URLSearchParams([...found])).length <= LONGEST) break;
    found.delete(name);
    left.push(fields.find(([other]) => other === name)?.[3] ?? name);
  }
  countChanged(task, fields, values);
  missing.set(task, left);
  asked.set(task, inShort(task, fields, values));
  fragments.set(task, String(new URLSearchParams([...found])));
  if (copied.has(task) && copied.get(task) !== inLink(task)) unsay(task);
  document.getElementById(`tab-${task}`).dispatchEvent(new Event("kept"));
  showAddress(task);
}

// What a link that is copied now has, and what it does not.
const inLink = (task) => JSON.stringify([fragments.get(task), missing.get(task)]);

// What was said of a copied link is true no more.
const unsay = (task) => say(document.querySelector(`#tab-${task} .share`), "");

// The fold of the parameters says how many in it are not as usual, which a link may have set.
function countChanged(task, fields, values) {
  const tab = document.getElementById(`tab-${task}`);
  const drawer = tab.querySelector(".parameters .label-wrap > span");
  const { length } = fields.filter(([, kind, usual, , isFolded], at) => isFolded && !isUsual(kind, values[at], usual));
  const said = tab.querySelector(".share").dataset.changed.replace("{count}", length);
  if (length) drawer.dataset.changed = said;
  else delete drawer?.dataset.changed;
}

function showAddress(task) {
  if (task !== window.gallery.task()) return;
  window.history.replaceState(window.history.state, "", window.gallery.address(task));
}

// What the address says for each field; what it does not say is as usual. The files of an example are there already.
function values(task, fields) {
  const said = new URLSearchParams(fragments.get(task));
  const box = document.querySelector(`#tab-${task} .model :is(textarea, input)`);
  setTimeout(() => box?.dispatchEvent(new Event("input", { bubbles: true })), 50);
  return fields.map(([name, kind, usual]) => {
    if (kind === "file") return said.has("example") ? undefined : null;
    const text = said.get(name);
    if (text === null) return usual;
    if (kind !== "json") return text;
    try {
      return JSON.parse(text);
    } catch {
      return usual;
    }
  });
}

function restore(task) {
  const said = new URLSearchParams(fragments.get(task));
  forgetFiles(document.getElementById(`tab-${task}`));
  const chip = document.querySelector(`#examples-${task} [data-at="${CSS.escape(said.get("example") ?? "")}"]`);
  restoring.add(task);
  if (said.has("compare")) window.compare.open(task, said.get("compare"));
  else if (window.compare.isOpen(task)) window.compare.close(task);
  if (chip) chip.click();
  else filled(task);
}

// An example is in the inputs: whether that was for a link, which has more to fill in, and runs nothing.
function filled(task) {
  if (!restoring.delete(task)) {
    later(document.getElementById(`tab-${task}`));
    return false;
  }
  document.getElementById(`restore-${task}`).click();
  const bar = document.querySelector(`#tab-${task} .share`);
  say(bar, notes.get(task) ?? bar.dataset.opened);
  notes.delete(task);
  document.dispatchEvent(new CustomEvent("filled-in", { detail: task }));
  return true;
}

const isRunning = (task) => Boolean(document.querySelector(`#tab-${task} .stage[data-running]`));

// Fills in something else than before: what is shown is no answer to it. A run is waited for.
function refill(task, fragment) {
  waiting.delete(task);
  if (isRunning(task)) {
    waiting.set(task, fragment);
    const bar = document.querySelector(`#tab-${task} .share`);
    return say(bar, bar.dataset.waits);
  }
  const isOther = fragment !== (fragments.get(task) ?? "");
  fragments.set(task, fragment);
  if (!document.getElementById(`restore-${task}`)) return;
  const { dataset } = document.querySelector(`#tab-${task} .stage`);
  if (isOther && dataset.ended) dataset.stale = "";
  restore(task);
}

// What else is told of the end of a run comes first.
document.addEventListener("run-ends", ({ target }) => setTimeout(() => {
  const task = taskOf(tabOf(target));
  if (!waiting.has(task) || isRunning(task)) return;
  refill(task, waiting.get(task));
  showAddress(task);
}));

function say(bar, text) {
  copied.delete(taskOf(tabOf(bar)));
  bar.querySelector("[role=status]").textContent = text;
}

let timer;
function now(tab) {
  clearTimeout(timer);
  document.getElementById(`keep-${taskOf(tab)}`)?.click();
}

function later(tab) {
  clearTimeout(timer);
  timer = setTimeout(now, 300, tab);
}

// The box of a URL is emptied as soon as its file is there.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.closest(".url")) now(tabOf(event.target));
}, true);

function forgetFiles(tab) {
  examples.delete(taskOf(tab));
  for (const key of addresses.keys()) if (key.startsWith(`${taskOf(tab)} `)) addresses.delete(key);
}

for (const name of ["input", "change", "drop", "paste", "focusout", "click"]) {
  document.addEventListener(name, (event) => {
    const tab = tabOf(event.target);
    if (!tab || event.target.closest(".opener")) return;
    const chip = event.target.closest(".examples [data-at]");
    const isNewFile = event.target.matches("input[type=file]") || ["drop", "paste"].includes(name);
    const isTakenOut = name === "click" && event.target.closest("button.clear, .inputs .top-panel button:last-of-type");
    const isTyped = name === "input" && event.target.closest(".url");
    if (chip || isTyped || ((isNewFile || isTakenOut) && event.target.closest(".inputs"))) forgetFiles(tab);
    if (chip) examples.set(taskOf(tab), chip.dataset.at);
    if (event.target.closest(".inputs, .strip, .second, .compare")) later(tab);
    if (event.target.closest("button.run")) {
      now(tab);
      say(tab.querySelector(".share"), "");
    }
  }, true);
}

// What a task has in its inputs now: what was typed last may not be kept yet.
async function read(task) {
  clearTimeout(timer);
  const isKept = new Promise((resolve) => {
    document.getElementById(`tab-${task}`).addEventListener("kept", resolve, { once: true });
  });
  document.getElementById(`keep-${task}`).click();
  await isKept;
  return { fragment: fragments.get(task), left: missing.get(task), asked: asked.get(task) };
}

// What others cannot open.
const isHere = () => ["localhost", "127.0.0.1", "[::1]"].includes(window.location.hostname);

async function copyLink(bar) {
  const task = taskOf(tabOf(bar));
  const { left } = await read(task);
  try {
    await navigator.clipboard.writeText(window.location.href);
    const told = left.length ? `${bar.dataset.without} ${left.join(", ")}.` : bar.dataset.copied;
    say(bar, isHere() ? `${told} ${bar.dataset.here}` : told);
    copied.set(task, inLink(task));
  } catch {
    say(bar, bar.dataset.refused);
  }
}

async function showCode(bar) {
  await read(taskOf(tabOf(bar)));
  const link = window.location.href;
  const shown = new TextEncoder().encode(link).length > MOST_OF_A_CODE ? link.split("#")[0] : link;
  const answer = await fetch("qr", { method: "POST", body: shown });
  const dialog = bar.querySelector("dialog");
  const picture = new Image(320, 320);
  picture.alt = shown;
  picture.src = `data:image/svg+xml,${encodeURIComponent(await answer.text())}`;
  dialog.querySelector(".code").replaceChildren(picture);
  dialog.querySelector(".hint").textContent = isHere() ? bar.dataset.here : shown === link ? "" : bar.dataset.long;
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const bar = event.target.closest(".share");
  if (event.target.closest(".copy-link")) copyLink(bar);
  if (event.target.closest(".show-code")) showCode(bar);
});

window.links = {
  isPublic,
  keep,
  values,
  filled,
  read,
  // Whether an address says what is to be in the inputs.
  isAsked: (task) => Boolean(fragments.get(task)),
  // A tab that has just been made gets what its address said when it was opened, or what is opened again.
  restore(task, isAsked) {
    if (isAsked || notes.has(task)) refill(task, fragments.get(task) ?? "");
  },
  // Fills a task in as it was; its page says the note.
  reopen(task, fragment, note) {
    clearTimeout(timer);
    notes.set(task, note);
    refill(task, fragment);
  },
  of: (task) => window.spoken.withLanguage(fragments.get(task) ?? ""),
  // The address says something else than what is in the inputs.
  take(task) {
    const said = window.spoken.without(window.location.hash.slice(1));
    if (said === (fragments.get(task) ?? "")) return;
    if (said) refill(task, said);
    else fragments.set(task, said);
  },
};
