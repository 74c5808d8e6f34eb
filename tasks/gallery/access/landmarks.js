// The page's parts have names, the first stop of Tab skips to what is shown, and arrow keys lead through the tabs.
const { appears } = window.dom;

const said = appears("#said").then((one) => one.dataset);

// The header is no part of what is shown.
function setApart(masthead) {
  const header = document.createElement("header");
  const main = masthead.closest("main");
  main.id = "view";
  main.before(header);
  header.append(masthead);
}

function skipLink(words) {
  const link = document.createElement("a");
  link.className = "skip";
  link.href = "#view";
  link.textContent = words;
  // What is behind the # in the address are the inputs.
  link.addEventListener("click", (event) => {
    event.preventDefault();
    focusView();
  });
  document.body.prepend(link);
}

function focusView() {
  const heading = [...document.querySelectorAll(".about h2, #front .slogan")].find((one) => one.checkVisibility());
  heading?.setAttribute("tabindex", "-1");
  heading?.focus();
}

// A tab's own name is its panel's, and that of a kind of tasks is also the name of its strip.
async function nameStrip(strip) {
  const kind = strip.closest("[role=tabpanel]");
  const frame = strip.closest(".tab-wrapper");
  frame.setAttribute("role", "navigation");
  for (const one of [frame, strip]) {
    if (kind) one.setAttribute("aria-labelledby", `${kind.id}-button`);
    else one.ariaLabel = (await said).domains;
  }
  rove(strip);
}

const tabsOf = (strip) => [...strip.querySelectorAll("[role=tab]:not(:disabled)")].filter((tab) => tab.checkVisibility());

// One stop for Tab in a strip: the open tab.
function rove(strip, chosen = strip.querySelector("[role=tab][aria-selected=true]")) {
  for (const tab of strip.querySelectorAll("[role=tab]")) tab.tabIndex = !chosen || tab === chosen ? 0 : -1;
}

const PLACES = {
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

// The arrows only lead to a tab: to open each on the way would have the app make them all.
document.addEventListener("keydown", (event) => {
  const tab = event.target.closest?.("[role=tab]");
  const place = PLACES[event.key];
  if (!tab || !place || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const strip = tab.closest("[role=tablist]");
  const tabs = tabsOf(strip);
  const next = tabs[place(tabs.indexOf(tab), tabs.length)];
  rove(strip, next);
  next.focus();
});

// Tab comes back to the open one.
document.addEventListener("focusout", (event) => {
  const strip = event.target.closest?.("[role=tablist]");
  if (strip && !strip.contains(event.relatedTarget)) rove(strip);
});

async function nameColumn(column) {
  column.setAttribute("role", "region");
  const kind = column.matches(".inputs") ? "inputs" : column.closest(".second") ? "second" : "result";
  column.ariaLabel = (await said)[kind];
}

// Gradio says it in English only.
async function nameApi(button) {
  button.firstChild.textContent = `${(await said).api} `;
}

window.access = {
  focusView,
  nameApi,
  nameStrip,
  namePanel: (panel) => panel.setAttribute("aria-labelledby", `${panel.id}-button`),
  nameColumn,
  said,
};

appears("#masthead").then(setApart);
said.then((words) => skipLink(words.skip));
