// A second model beside the first: its column is made when it is asked for, and runs and stops with the first.
const { appears, tabOf, taskOf, write } = window.dom;
const stageIn = (tab) => tab.querySelector(".stage:not(.second)");
const firstBox = (tab) => tab.querySelector(".model :is(textarea, input)");
const secondBox = (tab) => tab.querySelector(".second-model :is(textarea, input)");
const isCompared = (stage) => "compare" in stage.dataset;

// Another model that the server has for the task.
async function another(task, first) {
  const { models } = await window.gallery.offers;
  return Object.keys(models).find((id) => id !== first && models[id].tasks.includes(task)) ?? "";
}

const modelIn = (box) => box.value.trim() || box.placeholder;
const firstModel = (tab) => modelIn(firstBox(tab));

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
  if (model !== undefined) return;
  box.focus({ preventScroll: true });
  const column = box.closest(".second");
  if (!window.dom.isInView(column)) column.scrollIntoView({ behavior: window.dom.motion, block: "nearest" });
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
  element.dataset.said ??= node.data;
  node.data = said(element.dataset.said);
}

// Who answers in the first column, whose the parts below are, and what the button does now.
function name(tab) {
  const stage = stageIn(tab);
  const { first, same } = tab.querySelector(".compare").dataset;
  relabel(tab.querySelector(".model label span"), (own) => (isCompared(stage) ? first : own));
  relabel(tab.querySelector(".strip .wire .label-wrap span"), (own) => (isCompared(stage) ? `${own} · ${first}` : own));
  const box = secondBox(tab);
  const list = box?.closest(".pick").querySelector(".picker");
  if (list) {
    if (!list.querySelector(".same")) list.append(window.dom.make("p", "same"));
    list.querySelector(".same").textContent = modelIn(box) === firstModel(tab) ? same : "";
  }
  stage.querySelector(":scope > .outcome").dataset.model = firstModel(tab);
  const button = tab.querySelector(".compare");
  button.setAttribute("aria-expanded", String(isCompared(stage)));
  button.textContent = isCompared(stage) ? button.dataset.close : button.dataset.open;
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
  if (!stage || stage.matches(".second") || !isCompared(stage)) return;
  const kind = ["run", "stop", "clear"].find((one) => button.matches(`.${one}`));
  document.getElementById(`${kind}-second-${taskOf(tabOf(stage))}`)?.click();
});
document.addEventListener("input", (event) => {
  const tab = tabOf(event.target);
  if (tab && event.target.closest(".model, .second-model") && isCompared(stageIn(tab))) name(tab);
});

window.compare = {
  open,
  close,
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
