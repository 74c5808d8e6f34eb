// A second model beside the first: its column is made when it is asked for, and runs and stops with the first.
const { answerIn, appears, make, tabOf, taskOf, textOf, write } = window.dom;
const stageIn = (tab) => tab.querySelector(".stage:not(.second)");
const firstBox = (tab) => tab.querySelector(".model :is(textarea, input)");
const secondBox = (tab) => tab.querySelector(".second-model :is(textarea, input)");
const isCompared = (stage) => "compare" in stage.dataset;
const LABEL = "[data-testid=block-info], [data-testid=block-label]";
const signed = new WeakMap();  // by stage, whose answer it shows
const asked = new WeakMap();  // by stage, the model of its last run
const faults = new Set();  // the runs whose fault has been told
const SOON = 50;  // milliseconds, between looks for what the app sends last
const LOOKS = 10;
const before = new WeakMap();  // by stage that runs, what it showed and who had answered that

// Another model that the server has for the task.
async function another(task, first) {
  const { models } = await window.gallery.offers;
  return Object.keys(models).find((id) => id !== first && models[id].tasks.includes(task)) ?? "";
}

const modelIn = (box) => box?.value.trim() || box?.placeholder || "";
const firstModel = (tab) => modelIn(firstBox(tab));
const modelOf = (stage) => modelIn((stage.matches(".second") ? secondBox : firstBox)(tabOf(stage)));
// Of an id its own name, of a URL who serves it.
const inShort = (model) => (URL.canParse(model) && new URL(model).host) || model.split("/").at(-1);

async function open(task, model) {
  const tab = document.getElementById(`tab-${task}`);
  // What opens it is there before the rest of the tab.
  const stage = await appears(`#tab-${task} .stage:not(.second)`);
  const opener = await appears(`#second-${task}`);
  await appears(`#tab-${task} .model :is(textarea, input)`);
  await appears(`#tab-${task} .strip .wire .label-wrap span`);
  stage.dataset.compare = "";
  name(tab);
  window.dom.open(opener);
  const box = await appears(`#tab-${task} .second-model :is(textarea, input)`);
  const usual = () => another(task, firstModel(tab));
  const attended = window.picker.attend(task, "second-model", usual);
  const chosen = model ?? (box.value || (await usual()));
  if (box.value !== chosen) write(box, chosen);
  attended.then(() => name(tab));
  appears(`#tab-${task} .second .result`).then(() => name(tab));
  if (model !== undefined) return;
  await name(tab);
  box.focus({ preventScroll: true });
  box.closest(".second").scrollIntoView({ behavior: window.dom.motion, block: "nearest" });
}

function close(task) {
  const tab = document.getElementById(`tab-${task}`);
  delete stageIn(tab).dataset.compare;
  document.getElementById(`stop-second-${task}`)?.click();
  name(tab);
}

// Gradio's own text is kept, and what is said instead goes into its node.
function relabel(element, said) {
  const node = [...element.childNodes].find((one) => one.nodeType === Node.TEXT_NODE && one.data.trim());
  element.dataset.said ??= node.data.trim();
  const words = said(element.dataset.said);
  if (node.data.trim() !== words) node.data = words;
}

// What a model says of itself, in an element of its column.
async function describe(tab, place, model) {
  if (!place.querySelector(".told")) {
    const told = make("div", "told");
    const list = tab.querySelector(".about .abilities").cloneNode(true);
    told.append(make("span", "level"), list);
    place.append(told);
  }
  const told = place.querySelector(".told");
  const { models } = await window.gallery.offers;
  const about = models[model];
  told.hidden = !about?.text && !about?.can;
  window.gallery.describe(about, told.querySelector(".abilities"), told.querySelector(".level"));
}

// Above the first result stands whose it is, in place of the second model's box.
function whose(stage) {
  if (!stage.querySelector(":scope > .whose")) {
    const place = make("div", "whose");
    place.append(make("b", ""));
    stage.querySelector(":scope > .outcome").before(place);
  }
  return stage.querySelector(":scope > .whose");
}

// Who answered what a column shows: an answer that is old keeps the name of its model.
function sign(stage, said = (own) => `${own} · ${inShort(signed.get(stage) ?? modelOf(stage))}`) {
  const outcome = stage.querySelector(":scope > .outcome");
  const label = outcome.querySelector(`.result :is(${LABEL})`);
  if (!label) return;
  relabel(label, said);
  outcome.querySelector(".result [readonly][aria-label]")?.setAttribute("aria-label", textOf(label));
}

// What to do stands in the column that has nothing yet.
function tellWhatToDo(tab) {
  const outcome = tab.querySelector(".second > .outcome");
  if (!outcome || outcome.querySelector(".press")) return;
  const run = textOf(stageIn(tab).querySelector("button.run"));
  outcome.querySelector(".block.status").before(make("p", "press", tab.querySelector(".compare").dataset.press.replace("{run}", run)));
}

// Who answers in each column, whose the parts below are, and what the button does now.
async function name(tab) {
  const stage = stageIn(tab);
  const { first, same } = tab.querySelector(".compare").dataset;
  relabel(tab.querySelector(".model label span"), (own) => (isCompared(stage) ? first : own));
  relabel(tab.querySelector(".strip .wire .label-wrap span"), (own) => (isCompared(stage) ? `${own} · ${first}` : own));
  const button = tab.querySelector(".compare");
  button.setAttribute("aria-expanded", String(isCompared(stage)));
  button.textContent = isCompared(stage) ? button.dataset.close : button.dataset.open;
  if (!isCompared(stage)) return sign(stage, (own) => own);
  const box = secondBox(tab);
  const list = box?.closest(".pick").querySelector(".picker");
  if (list) {
    if (!list.querySelector(".same")) list.append(make("p", "same"));
    list.querySelector(".same").textContent = modelIn(box) === firstModel(tab) ? same : "";
  }
  const place = whose(stage);
  place.querySelector("b").textContent = firstModel(tab);
  tellWhatToDo(tab);
  sign(stage);
  if (box) sign(box.closest(".second"));
  await Promise.all([
    describe(tab, place, firstModel(tab)),
    box && describe(tab, box.closest(".pick"), modelIn(box)),
  ]);
}

// A run may begin before all of its tab is there.
function rename(stage) {
  if (isCompared(stageIn(tabOf(stage)))) name(tabOf(stage));
}

document.addEventListener("click", (event) => {
  const toggle = event.target.closest(".compare");
  if (toggle) {
    const tab = tabOf(toggle);
    (isCompared(stageIn(tab)) ? close : open)(taskOf(tab));
  }
  // After the scripts that may keep a click back.
  const button = event.target.closest("button.run, button.stop, button.clear");
  const stage = button?.closest(".stage");
  if (button?.matches(".clear")) signed.delete(stage), rename(stage);
  if (!stage || stage.matches(".second") || !isCompared(stage)) return;
  const kind = ["run", "stop", "clear"].find((one) => button.matches(`.${one}`));
  document.getElementById(`${kind}-second-${taskOf(tabOf(stage))}`)?.click();
});
document.addEventListener("run-begins", ({ target: stage }) => {
  before.set(stage, { model: signed.get(stage), shown: answerIn(stage).join() });
  asked.set(stage, modelOf(stage));
  signed.set(stage, asked.get(stage));
  rename(stage);
});
document.addEventListener("run-ends", ({ target: stage, detail: { state, model } }) => {
  const { model: last, shown } = before.get(stage) ?? {};
  const hasAnswered = ["done", "stopped"].includes(state) || answerIn(stage).join() !== shown;
  signed.set(stage, hasAnswered ? model || signed.get(stage) : last);
  if (!signed.get(stage)) signed.delete(stage);
  rename(stage);
});
document.addEventListener("input", (event) => {
  const tab = tabOf(event.target);
  if (tab && event.target.closest(".model, .second-model") && isCompared(stageIn(tab))) name(tab);
});

window.compare = {
  open,
  close,
  // Which of two models a toast is about: that whose status line says the same. Both may.
  async ofFault(toast) {
    const said = textOf(toast);
    const stages = [...document.querySelectorAll(".stage[data-compare], .stage[data-compare] .second")];
    const isItsOwn = (line) => line && !faults.has(line.dataset.run) && textOf(line).includes(said);
    const lineOf = (stage) => stage.querySelector(":scope > .outcome .status .failed");
    for (let look = 0; stages.length && look < LOOKS; look += 1) {
      const stage = stages.find((one) => isItsOwn(lineOf(one)));
      if (stage) {
        faults.add(lineOf(stage).dataset.run);
        const { first, second } = tabOf(stage).querySelector(".compare").dataset;
        return `${stage.matches(".second") ? second : first} · ${inShort(asked.get(stage) ?? modelOf(stage))}`;
      }
      await new Promise((resolve) => setTimeout(resolve, SOON));
    }
    return "";
  },
  isOpen: (task) => isCompared(stageIn(document.getElementById(`tab-${task}`))),
  // Both models of a task by their names in a link, none if it is not compared. An empty box is the recommended one.
  models(task) {
    const tab = document.getElementById(`tab-${task}`);
    if (!isCompared(stageIn(tab))) return {};
    const inBox = (box) => box?.value.trim() || box?.dataset.recommended || "";
    const model = inBox(firstBox(tab));
    return { ...(model && { model }), compare: inBox(secondBox(tab)) };
  },
};
