// What a run looks like: it shows at the click, what is old steps back, and what is wrong stands where it can be mended.
const stageOf = (element) => element?.closest(".stage");
const statusOf = (stage) => stage.querySelector(".prose.status");
const PHONE = window.matchMedia("(max-width: 640px)");
const { isInView, tabOf, taskOf } = window.dom;
const isShown = (element) => element.checkVisibility();

const clocks = new Map();
const begun = new WeakMap();
const lines = new WeakMap();
const pressing = new WeakSet();
const MORE = 200;  // milliseconds, for what comes with it
const ABOVE = 24;  // pixels

// Run and Stop take each other's place, and with it the focus of somebody who uses the keyboard.
function passFocus(stage, from, to) {
  if (stage.querySelector(from).matches(":focus-visible")) stage.querySelector(to).focus({ preventScroll: true });
}

// Nothing else is filled in while a run goes on.
function holdBack(stage) {
  const tab = tabOf(stage);
  const isRunning = Boolean(tab.querySelector(".stage[data-running]"));
  for (const chip of tab.querySelectorAll(":is(.examples, .refusal) .chip")) chip.ariaDisabled = isRunning ? "true" : null;
}

function begin(stage) {
  const began = performance.now();
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  const tenths = new Intl.NumberFormat(document.documentElement.lang, digits);
  const line = statusOf(stage);
  const words = stage.closest("[role=tabpanel]").querySelector(".abilities").dataset;
  forget(stage);
  stage.dataset.running = "unheard";
  delete stage.dataset.ends;
  holdBack(stage);
  passFocus(stage, "button.run", "button.stop");
  delete stage.dataset.stale;
  for (const toast of document.querySelectorAll(".toast-close")) toast.click();
  // Until the app says what it does, the browser does.
  const tick = () => {
    const said = "ends" in stage.dataset ? words.stopping : words.running;
    line.dataset.now = `${said} · ${tenths.format((performance.now() - began) / 1000)} s`;
  };
  tick();
  window.announcer.runs(stage, words.running);
  clocks.set(stage, setInterval(tick, 100));
  begun.set(stage, began);
  stage.dispatchEvent(new Event("run-begins", { bubbles: true }));
}

// `line` is what the status line says of the end, if it does.
function end(stage, state, line = null) {
  if (!clocks.has(stage)) return;
  stage.dataset.ended = Number(stage.dataset.ended ?? 0) + 1;
  clearInterval(clocks.get(stage));
  clocks.delete(stage);
  delete stage.dataset.running;
  holdBack(stage);
  passFocus(stage, "button.stop", "button.run");
  delete statusOf(stage).dataset.now;
  const { seconds = (performance.now() - begun.get(stage)) / 1000, model = "" } = line?.dataset ?? {};
  const detail = { state, seconds: Number(seconds), model, said: line?.textContent ?? "" };
  stage.dispatchEvent(new CustomEvent("run-ends", { bubbles: true, detail }));
}

// What a run shows is brought in if it cannot be seen: on a phone with the button above it. A chat keeps its box there.
function bringIn(stage) {
  if (stage.matches(".chat, .second") || stage.querySelector(".refusal[data-field]")) return;
  const outcome = stage.querySelector(":scope > .outcome");
  // Gradio may still be fetching what shows the result.
  const shown = outcome.querySelector(".refusal") ?? outcome.querySelector(".result") ?? outcome;
  if (isInView(shown)) return;
  if (!PHONE.matches) return shown.scrollIntoView({ behavior: window.dom.motion, block: "nearest" });
  // In a comparison it belongs below both results.
  if ("compare" in stage.dataset) {
    const { top } = stage.querySelector(":scope > .whose").getBoundingClientRect();
    return window.scrollBy({ top: top - ABOVE, behavior: window.dom.motion });
  }
  // Not where the button is now, which sticks, but where it belongs.
  const { offsetHeight, nextElementSibling, parentElement } = stage.querySelector(".actions");
  const end = nextElementSibling?.getBoundingClientRect().top ?? parentElement.getBoundingClientRect().bottom;
  window.scrollBy({ top: end - offsetHeight - ABOVE, behavior: window.dom.motion });
}

// The field that cannot be used says why, until it is changed.
function point(stage, card) {
  const labels = [...tabOf(stage).querySelectorAll("label span, .label-wrap span, label")];
  const label = labels.find((one) => one.textContent.trim() === card.dataset.field);
  const field = label?.closest(".block");
  if (!field) return card.removeAttribute("data-field");
  // What is opened, and what is said around it, moves it still.
  setTimeout(() => field.scrollIntoView({ behavior: window.dom.motion, block: "nearest" }), MORE);
  if ("problem" in field.dataset) return;  // of two models, the first has said so
  field.dataset.problem = card.textContent;
  if (!isShown(field)) field.closest(".strip .block:has(> .label-wrap)")?.querySelector(".label-wrap").click();
  const box = field.querySelector("textarea, input:not([type=file])");
  if (!box) return;
  card.id = `problem-of-${taskOf(tabOf(stage))}`;
  box.ariaInvalid = "true";
  box.setAttribute("aria-describedby", card.id);
  box.focus({ preventScroll: true });
}

function solve(field) {
  delete field.dataset.problem;
  const box = field.querySelector("[aria-invalid]");
  for (const name of ["aria-invalid", "aria-describedby"]) box?.removeAttribute(name);
}

function forget(stage) {
  tabOf(stage).querySelectorAll("[data-problem]").forEach(solve);
}

// A run that should have ended goes on: Stop was pressed before there was anything to stop, or this was on its way then.
function press(stage) {
  if (stage.dataset.running === "unheard") stage.dataset.running = "";
  if (pressing.has(stage)) return;
  pressing.add(stage);
  setTimeout(() => {
    pressing.delete(stage);
    const goesOn = statusOf(stage).querySelector(".running") && "ends" in stage.dataset;
    if (goesOn) stage.querySelector(`button.${stage.dataset.ends}`).click();
  }, MORE);
}

// Gradio changes something around the line at every event: a line that was there already says nothing of the run.
function lookAtLine(stage) {
  const line = statusOf(stage);
  if (line.innerHTML === lines.get(stage)) return;
  lines.set(stage, line.innerHTML);
  if (line.querySelector(".running")) {
    if ("ends" in stage.dataset) return press(stage);
    delete line.dataset.now;
    clearInterval(clocks.get(stage));
    clocks.set(stage, 0);
    stage.dataset.running = "";
    holdBack(stage);
    passFocus(stage, "button.run", "button.stop");
    window.announcer.runs(stage, line.querySelector(".running").textContent);
    return;
  }
  const ended = line.querySelector(".done, .failed, .refused, .stopped");
  if (!ended) return;
  // What came late, such as the waves of a sound, may have pushed it out again.
  if (clocks.has(stage)) bringIn(stage);
  end(stage, ended.className, ended);
  window.announcer.ended(stage, line);
}

// What changed in a status line or a note.
function look(stage) {
  for (const card of stage.querySelectorAll(".refusal[data-field]:not([data-seen])")) {
    card.dataset.seen = "";
    point(stage, card);
  }
  lookAtLine(stage);
}

const isFault = (node) => node.querySelector?.(".toast-body.error") || node.matches?.(".toast-body.error");

function isTold() {
  const lines = [...document.querySelectorAll(".prose.status:not([data-now]) .failed")].map(window.dom.textOf);
  const faults = [...document.querySelectorAll(".toast-body.error [data-testid=toast-text]")].map(window.dom.textOf);
  return faults.every((fault) => lines.some((line) => line.endsWith(fault)));
}

new MutationObserver((changes) => {
  const stages = new Set();
  for (const { target, addedNodes } of changes) {
    const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
    if (element?.closest(".status, .note")) stages.add(stageOf(element));
    // A call that never began leaves no line. Where another one does, the fault is that one's.
    if ([...addedNodes].some(isFault) && !isTold()) {
      for (const stage of clocks.keys()) stages.add(stage), end(stage, "failed");
    }
  }
  for (const stage of stages) if (stage) look(stage);
}).observe(document.body, { childList: true, characterData: true, subtree: true });

function age(event) {
  const changed = event.target.closest(".inputs, .strip, .second .pick");
  const stage = changed?.closest(".second") ?? tabOf(changed)?.querySelector(".stage");
  if (!stage) return;
  const wrong = event.target.closest("[data-problem]");
  if (wrong) solve(wrong);
  if ("ended" in stage.dataset && !("running" in stage.dataset) && !event.target.closest(".wire")) stage.dataset.stale = "";
}

document.addEventListener("input", age);
document.addEventListener("change", age);
document.addEventListener("drop", age);
document.addEventListener("click", (event) => {
  if (event.target.closest(".chip[aria-disabled=true]")) return event.stopImmediatePropagation();
  const run = event.target.closest("button.run");
  if (run) begin(stageOf(run));
  const ends = event.target.closest("button.stop, button.clear");
  if (ends && clocks.has(stageOf(ends))) {
    stageOf(ends).dataset.ends = "stop";
    end(stageOf(ends), "stopped");
  }
  const again = event.target.closest("[data-try]");
  if (again) {
    const tab = again.closest("[role=tabpanel]");
    tab.querySelector("button.run").focus({ preventScroll: true });  // the button goes with its card
    [...tab.querySelectorAll(`[data-at="${again.dataset.try}"]`)].find(isShown)?.click();
  }
}, true);
document.addEventListener("click", (event) => {
  const run = event.target.closest("button.run");
  if (run) bringIn(stageOf(run));
});
