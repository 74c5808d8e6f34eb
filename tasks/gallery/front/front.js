// The page's two views, the front page and a task: which one is shown follows the address, and clicks change it.
const VIEW = document.documentElement;
const { appears, isPlain } = window.dom;
const STILL_AFTER = 600;  // milliseconds

const siteName = () => document.querySelector("#masthead .home").textContent;
const taskInAddress = () => (new URLSearchParams(window.location.search).get("task") || "").replaceAll("_", "-");
const cardOf = (task) => document.querySelector(`#front .card[data-task="${CSS.escape(task)}"]`);
// On a tour, the number of the step.
const stepInAddress = () => new URLSearchParams(window.location.search).get("tour");
const addressOf = (task, step = stepInAddress()) => {
  const address = new URL(window.location);
  address.search = new URLSearchParams({ ...(task && { task }), ...(step !== null && { tour: step }) });
  address.hash = window.links.of(task);
  return address;
};

// Gradio opens the tab of the address at once, where it would make the first one, and leave it.
function select(task, { id, children = [] }, above = []) {
  const path = [...above, window.gradio_config.components.find((one) => one.id === id)];
  if (path.at(-1)?.props.elem_id === `tab-${task}`) {
    path.forEach((one, at) => { if (one?.type === "tabs") one.props.selected = path[at + 1].props.id; });
  }
  for (const child of children) select(task, child, path);
}
if (taskInAddress() && window.gradio_config?.layout) select(taskInAddress(), window.gradio_config.layout);

// Gradio's drawers write into the address what is open in them: they lose what stands behind the #, and leave something.
const replaceState = window.history.replaceState.bind(window.history);
window.history.replaceState = (state, unused, to) => {
  const isOfDrawer = typeof to === "string" && to.startsWith("?");
  const isClosed = isOfDrawer && !new URLSearchParams(to).has("view");
  replaceState(state, unused, isClosed ? addressOf(taskInAddress()) : isOfDrawer ? to + window.location.hash : to);
};

// Until a task's tab is found neither view is there: the first tab would flash up.
VIEW.dataset.view = taskInAddress() || stepInAddress() !== null ? "opening" : "front";
window.history.scrollRestoration = "manual";

const front = { isThere: false, turn: 0, scrolled: 0, opened: "" };

function showFront() {
  front.turn += 1;
  VIEW.dataset.view = "front";
  document.title = siteName();
  const unknown = document.getElementById("no-such-task");
  unknown.hidden = !taskInAddress();
  if (!unknown.hidden) window.announcer.say(unknown.textContent);
  window.scrollTo(0, front.scrolled);
  cardOf(front.opened)?.focus({ preventScroll: true });
}

async function showTask(task, runs) {
  const turn = ++front.turn;
  const card = cardOf(task);
  front.opened = task;
  VIEW.dataset.view = "opening";
  for (const tab of [`domain-${card.dataset.domain}`, `tab-${task}`]) {
    const button = await appears(`#${tab}-button`);
    if (button.ariaSelected !== "true") button.click();
    await appears(`#${tab}-button[aria-selected=true]`);
  }
  fill(task);
  await appears(`#tab-${task} button.run`);
  if (turn !== front.turn) return;
  VIEW.dataset.view = "task";
  window.scrollTo(0, 0);
  noteTab();
  if (window.gallery.ready) focusHeading(task); // a page that is being loaded begins at its beginning
  if (!runs || card.classList.contains("unavailable")) return;
  (await appears(`#examples-${task} button`)).click();
}

function focusHeading(task) {
  const heading = document.querySelector(`#tab-${task} h2`);
  heading?.setAttribute("tabindex", "-1");
  heading?.focus({ preventScroll: true });
}

// The first time that a tab is opened, the app makes what is inside.
async function fill(task) {
  const opener = await appears(`#open-${task}`);
  if (!window.dom.open(opener)) return;
  const isAsked = window.links.isAsked(task);  // soon an example may run here, and the address say that
  await appears(`#tab-${task} .model :is(textarea, input)`);
  await appears(`#restore-${task}`);
  window.picker.attend(task, "model");
  showAbilities(document.getElementById(`tab-${task}`));
  window.links.restore(task, isAsked);
}

// What the model in the tab's box can and cannot, if it is one that says so.
async function showAbilities(panel) {
  const offers = await told;
  const box = panel.querySelector(".model :is(textarea, input)");
  const recommended = offers.tasks[panel.id.slice("tab-".length)]?.model;
  const about = offers.models[box.value.trim() || recommended];
  describe(about, panel.querySelector(".abilities"), panel.querySelector(".title .level"));
}

function describe(about, list, level) {
  list.hidden = !about?.can;
  for (const one of list.querySelectorAll("dd")) one.textContent = about?.[one.dataset.of] ?? "";
  level.textContent = about?.text ?? "";
  level.dataset.level = about?.level ?? "";
}

function show(runs = false) {
  const task = taskInAddress();
  window.links.take(task);
  return task && cardOf(task) ? showTask(task, runs) : showFront();
}

function go(task, runs, step, way = "pushState") {
  if (VIEW.dataset.view === "front") front.scrolled = task ? window.scrollY : 0;
  if (!task) front.scrolled = 0;
  window.history[way](null, "", addressOf(task, step));
  return show(runs);
}

// The strips of tabs change the task too: the address follows whichever tab is open.
function noteTab() {
  if (VIEW.dataset.view !== "task") return;
  const open = [...document.querySelectorAll("[id^=tab-][id$=-button][aria-selected=true]")];
  const tab = open.find((button) => button.checkVisibility());
  if (!tab) return;
  const task = tab.id.slice("tab-".length, -"-button".length);
  document.title = `${cardOf(task)?.dataset.verb ?? task} · ${siteName()}`;
  front.opened = task;
  // On a phone both rows of tabs are swiped: bring the open ones into sight.
  const group = document.querySelector("#domains [role=tab][aria-selected=true]");
  for (const one of [group, tab]) one?.scrollIntoView({ block: "nearest", inline: "center" });
  fill(task);
  if (task !== taskInAddress()) window.history.replaceState(null, "", addressOf(task));
}

// What answers now, by task: { level, text, reason }. A task that cannot be answered turns grey and says why.
function showOffers(offers) {
  for (const card of document.querySelectorAll("#front .card")) {
    const { level, text, reason } = offers[card.dataset.task] ?? {};
    const place = card.querySelector(".level");
    place.textContent = reason ?? text ?? "";
    place.dataset.level = reason ? "" : level ?? "";
    card.classList.toggle("unavailable", Boolean(reason));
  }
}

let homes;  // the cards in their order, and where each belongs

// What is found stands in one list, the best first; otherwise every card is in its group.
function filter() {
  homes ??= [...document.querySelectorAll("#front .card")].map((card) => [card, card.parentElement]);
  const domain = document.querySelector("#front .chip[aria-pressed=true]").dataset.domain;
  const cards = homes.map(([card]) => card).filter((card) => !domain || domain === card.dataset.domain);
  const found = window.finder.found(cards, document.getElementById("search").value);
  for (const [card, home] of homes) {
    home.append(card);
    card.hidden = !(found ?? cards).includes(card);
  }
  document.querySelector("#found .cards").append(...(found ?? []));
  for (const group of document.querySelectorAll("#front section")) group.hidden = !group.querySelector(".card:not([hidden])");
  const nothing = document.getElementById("no-match");
  const count = (found ?? cards).length;
  nothing.hidden = count > 0;
  tell(count, nothing.textContent);
}
// How many tasks there are, once nothing more is typed.
let telling;
function tell(count, nothing) {
  clearTimeout(telling);
  const { one, many } = document.getElementById("said").dataset;
  const found = count === 1 ? one : many.replace("{count}", count);
  telling = setTimeout(() => window.announcer.say(count ? found : nothing.replace(/\s+/g, " ").trim()), STILL_AFTER);
}

// Enter in the search opens what is found, or leads to the first of several.
function enter() {
  const [first, ...others] = document.querySelectorAll("#front .card:not([hidden])");
  if (others.length) first.focus();
  else first?.click();
}

function press(chip) {
  for (const one of document.querySelectorAll("#front .chip")) one.setAttribute("aria-pressed", String(one === chip));
  filter();
}

window.gallery = {
  ready: false,
  task: taskInAddress,
  address: addressOf,
  open: (task, step, way) => go(task, false, step, way),
  // Fills a list with what a model can and cannot, if it says so, and an element with its level.
  describe,
  // An example is in the inputs of its task.
  filled(task) {
    if (window.links.filled(task)) return;
    const panel = document.getElementById(`tab-${task}`);
    if (!panel.querySelector(".stage[data-running]")) panel.querySelector("button.run").click();
  },
};

document.addEventListener("click", (event) => {
  const badge = document.querySelector("#masthead .badge");
  if (badge?.open && !badge.contains(event.target)) badge.open = false;
  const link = event.target.closest("#front a[data-task], #masthead a.home");
  const chip = event.target.closest("#front .chip");
  if (chip) press(chip);
  if (event.target.closest("#no-match button")) {
    const search = document.getElementById("search");
    search.value = "";
    search.focus();  // the button goes
    press(document.querySelector("#front .chip"));
  }
  // A new tab or window is the browser's to open; there nothing runs by itself.
  if (!link || !isPlain(event)) return;
  event.preventDefault();
  go(link.dataset.task ?? "", true);
});
document.addEventListener("input", (event) => {
  if (event.target.id === "search") filter();
  if (event.target.closest(".model")) showAbilities(event.target.closest("[role=tabpanel]"));
});
document.addEventListener("keydown", (event) => {
  // An Enter that ends a word of an input method is no Enter yet.
  if (event.target.id === "search" && event.key === "Enter" && !event.isComposing) {
    event.preventDefault(); // a browser may press a link at the keypress, which the focused card would get
    enter();
  }
  const badge = document.querySelector("#masthead .badge[open]");
  if (event.key !== "Escape" || !badge) return;
  badge.open = false;
  badge.querySelector("summary").focus();
});
window.addEventListener("popstate", () => front.isThere && show());

const cards = fetch("front.html").then((answer) => answer.text());
const told = fetch("offers.json").then((answer) => answer.json());
window.gallery.offers = told;
Promise.all([cards, appears("#front .html-container > *"), appears("#domains [role=tab]")]).then(async ([html, place]) => {
  place.innerHTML = html;
  told.then((offers) => showOffers(offers.tasks));
  front.isThere = true;
  if (stepInAddress() === null) await show();
  else await import("./tour.js");
  window.gallery.ready = true;
  const isTab = ({ target }) => target.matches("[role=tab]");
  new MutationObserver((changes) => changes.some(isTab) && requestAnimationFrame(noteTab)).observe(document.getElementById("domains"), {
    subtree: true,
    attributeFilter: ["aria-selected"],
  });
});
