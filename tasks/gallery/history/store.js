// Where the runs of a visitor are kept: in this browser, for this tab alone or until they are cleared. Each has an item
// of its own, so that tabs that write at the same time do not undo each other.
const { keep, kept, namesKept } = window.dom;
const RUN = "gallery-run-";
const CHOICE = "gallery-keeps-runs";
const MOST = 100;
const LARGEST = 400_000;  // characters

const unkept = new Map();  // by id, the runs that the browser does not take
let chosen = null;  // the choice, where it takes none

function choice() {
  const said = chosen ?? kept(CHOICE);
  return ["off", "kept"].includes(said) ? said : "visit";
}

const place = () => (choice() === "kept" ? "localStorage" : "sessionStorage");
const told = () => document.dispatchEvent(new Event("history"));

// Whatever else may have been written there.
const isRun = (one, name) =>
  RUN + one?.id === name && Array.isArray(one.answers) && Array.isArray(one.without) && Number.isFinite(one.at) &&
  [one.task, one.fragment, one.asked].every((text) => typeof text === "string");

function read(name, store) {
  try {
    const one = JSON.parse(kept(name, store));
    return isRun(one, name) ? [one] : [];
  } catch {
    return [];
  }
}

const newestFirst = (runs) => runs.sort((one, other) => other.at - one.at);
const keptIn = (store) => newestFirst(namesKept(RUN, store).flatMap((name) => read(name, store)));
const all = () => newestFirst([...keptIn(place()), ...unkept.values()]);

function drop({ id }) {
  unkept.delete(id);
  keep(RUN + id, null, place());
}

// If there is no room for it, the oldest ones go.
function put(run) {
  const text = JSON.stringify(run);
  while (!keep(RUN + run.id, text, place())) {
    const oldest = keptIn(place()).findLast(({ id }) => id !== run.id);
    if (!oldest) return unkept.set(run.id, run);
    drop(oldest);
  }
}

function bound() {
  let size = 0;
  all().forEach((run, at) => {
    size += JSON.stringify(run).length;
    if (at >= MOST || size > LARGEST) drop(run);
  });
}

// What is kept elsewhere moves to where the choice says.
function move(from) {
  if (from === place()) return;
  for (const run of keptIn(from)) {
    keep(RUN + run.id, null, from);
    put(run);
  }
  bound();
}

// Returns whether the browser allows it.
function choose(wanted) {
  const from = place();
  const isKept = keep(CHOICE, wanted === "visit" ? null : wanted);
  if (!isKept && wanted === "kept") return false;
  chosen = isKept ? null : wanted;
  move(from);
  return true;
}

move("sessionStorage");
// Another tab has changed something, or cleared everything.
window.addEventListener("storage", ({ key }) => {
  if (key === CHOICE) move("sessionStorage");
  if (key === null || key === CHOICE || key.startsWith(RUN)) told();
});

window.runs = {
  all,
  choice,
  choose,
  add(run) {
    put(run);
    bound();
    told();
  },
  // One that has been removed meanwhile does not come back.
  change(run) {
    const before = kept(RUN + run.id, place());
    if (before === null && !unkept.has(run.id)) return;
    if (before === JSON.stringify(run)) return;  // a row that is drawn anew loses the click that is under way
    put(run);
    told();
  },
  remove(id) {
    drop({ id });
    told();
  },
  clear() {
    unkept.clear();
    for (const name of namesKept(RUN, place())) keep(name, null, place());
    told();
  },
};
