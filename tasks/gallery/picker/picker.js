// The list of models below a model box: fetched when it is opened, searched as one types. What counts is in the box.
const { appears, keep, kept, tabOf, taskOf, write } = window.dom;
const MOST_ROWS = 50;
const MOST_RECENT = 5;
const FRESH = 5_000;  // milliseconds: what loads is soon ready
const PATIENCE = 20_000;  // milliseconds
const HIGHEST = 352;  // pixels
const SETTLED = 400;  // milliseconds after a key, until it is said what there is
const RECENT = "gallery-recent-models";

const pickers = new Map();  // by box
const asked = new Map();  // by task, when the app was asked, and what it answers
const sent = new WeakMap();  // by stage, the model of its run
let opened = null;

const filled = (text, count) => text.replace("{count}", count);

function ask(task) {
  const known = asked.get(task);
  if (known && performance.now() - known.at < FRESH) return known.answer;
  const answer = fetch(`models.json?task=${task}`, { signal: AbortSignal.timeout(PATIENCE) }).then((response) => {
    if (!response.ok) throw new Error(String(response.status));
    return response.json();
  });
  asked.set(task, { at: performance.now(), answer });
  answer.catch(() => asked.delete(task));
  return answer;
}

function recents() {
  try {
    return new Map(Object.entries(JSON.parse(kept(RECENT)) ?? {}).filter(([, models]) => Array.isArray(models)));
  } catch {
    return new Map();
  }
}

const recentOf = (task) => (recents().get(task) ?? []).filter((model) => typeof model === "string");

function used(task, model) {
  if (!model || !window.links.isPublic(model)) return;
  const models = [model, ...recentOf(task).filter((other) => other !== model)].slice(0, MOST_RECENT);
  keep(RECENT, JSON.stringify(Object.fromEntries(recents().set(task, models))));
}

function part(name, text, level) {
  const element = document.createElement(name);
  element.textContent = text;
  if (level) element.dataset.level = level;
  return element;
}

class Picker {
  constructor(task, box, element, usual) {
    this.task = task;
    this.usual = usual;
    this.box = box;
    this.element = element;
    this.said = element.dataset;
    this.list = element.querySelector("ul");
    this.opener = element.querySelector(".choose");
    this.offer = this.failed = this.active = null;
    this.filters = false;
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", spellcheck: "false",
      "aria-controls": this.list.id, autocomplete: "off", autocapitalize: "none" };
    for (const [name, value] of Object.entries(attributes)) box.setAttribute(name, value);
    box.addEventListener("keydown", (event) => this.press(event));
    box.addEventListener("input", (event) => this.typed(event.isTrusted));
    box.addEventListener("click", () => this.open());
    // The box keeps the focus, and a phone its keyboard.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    element.addEventListener("click", (event) => this.click(event));
    element.addEventListener("keydown", (event) => { if (event.key === "Escape") this.escape(event); });
    this.typed(false);
  }

  get isOpen() { return opened === this; }

  get options() { return [...this.list.children]; }

  async typed(byHand) {
    if (byHand) this.open(true);
    const usual = await this.usual();
    this.element.querySelector(".reset").hidden = this.box.value === usual;
  }

  // All models, or those that match what is in the box.
  async open(filters = false) {
    const wasOpen = this.isOpen;
    this.filters = filters || (wasOpen && this.filters);
    if (!wasOpen) {
      opened?.close();
      opened = this;
      this.expand(true);
      this.failed = this.active = null;
    }
    this.show();
    if (wasOpen) return;
    try {
      this.offer = await ask(this.task);
      this.failed = null;
    } catch (error) {
      this.failed = error;
    }
    if (this.isOpen) this.show();
  }

  close() {
    if (!this.isOpen) return;
    opened = null;
    this.expand(false);
    this.mark(null);
    this.say("");
  }

  expand(isOpen) {
    this.element.querySelector(".offered").hidden = !isOpen;
    for (const one of [this.box, this.opener]) one.setAttribute("aria-expanded", String(isOpen));
  }

  // The recommended model, what was used recently, and the others as the app has them.
  get models() {
    const { recommended = null, models = [] } = this.offer ?? {};
    const known = new Map(models.map((model) => [model.id, model]));
    const tags = new Map(recentOf(this.task).map((id) => [id, this.said.recent]));
    tags.delete(recommended);
    const first = recommended ? [[recommended, this.said.recommended]] : [];
    const tagged = new Map([...first, ...tags]);
    return [...new Set([...tagged.keys(), ...known.keys()])].map((id) => ({
      about: "", level: null, problem: null, ...known.get(id), id, tag: tagged.get(id) ?? "",
    }));
  }

  matching() {
    const terms = this.filters ? this.box.value.toLowerCase().split(/\s+/).filter(Boolean) : [];
    return this.models.filter(({ id, about, tag }) => {
      const text = `${id} ${about} ${tag}`.toLowerCase();
      return terms.every((term) => text.includes(term));
    });
  }

  show() {
    const found = this.matching();
    this.list.replaceChildren(...found.slice(0, MOST_ROWS).map((model, at) => this.option(model, at)));
    this.list.hidden = !found.length;
    const left = found.length - MOST_ROWS;
    const notes = [left > 0 && filled(this.said.more, left)];
    if (this.failed) notes.push(this.said.failed);
    else if (!this.offer) notes.push(this.said.loading);
    else notes.push(!found.length && this.box.value && this.said.none, this.offer.note);
    const note = notes.filter(Boolean).join(" ");
    this.element.querySelector("p").textContent = note;
    this.mark(this.options.find((one) => one.dataset.model === this.active));
    const shown = Math.min(found.length, MOST_ROWS);
    const count = shown === 1 ? this.said.one : filled(this.said.many, shown);
    this.say(found.length ? `${count} ${note}` : note);
    this.fit();
    if (!this.active) this.options.find((one) => "chosen" in one.dataset)?.scrollIntoView({ block: "nearest" });
  }

  // What is open is on the screen, or on what the keyboard of a phone leaves of it, together with its box.
  fit() {
    this.list.style.maxHeight = `${Math.min(HIGHEST, window.visualViewport.height / 2)}px`;
    this.element.querySelector(".offered").scrollIntoView({ block: "nearest" });
  }

  option({ id, about, level, problem, tag }, at) {
    const option = part("li", "");
    option.id = `${this.list.id}-${at}`;
    option.role = "option";
    option.dataset.model = id;
    option.ariaSelected = "false";
    if (id === this.box.value) option.dataset.chosen = "";
    option.append(part("b", id));
    const facts = [tag && part("span", tag), (problem ?? about) && part("span", problem ?? about, level)].filter(Boolean);
    const line = part("small", "");
    line.append(...facts.flatMap((fact, at) => (at ? [" · ", fact] : [fact])));
    if (facts.length) option.append(" ", line);
    return option;
  }

  mark(option) {
    for (const one of this.options) one.ariaSelected = String(one === option);
    this.active = option?.dataset.model ?? null;
    if (!option) return this.box.removeAttribute("aria-activedescendant");
    this.box.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  // Once the keys are still: each count would cut off the one before.
  say(text) {
    clearTimeout(this.saying);
    this.saying = setTimeout(() => { this.element.querySelector("[role=status]").textContent = text; }, SETTLED);
  }

  choose(option) {
    write(this.box, option.dataset.model);
    this.close();
  }

  async move(by) {
    if (!this.isOpen) {
      await this.open();
      if (!this.isOpen) return;
    }
    const options = this.options;
    const at = options.findIndex((one) => one.dataset.model === this.active);
    const next = at < 0 && by < 0 ? options.length - 1 : at + by;
    this.mark(options.length ? options.at(next % options.length) : null);
  }

  press(event) {
    // The keys of an input method are not for the list.
    if (event.isComposing || event.keyCode === 229) return;
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      this.move(key === "ArrowDown" ? 1 : -1);
    }
    if (key === "Escape") this.escape(event);
    if (key === "Tab") this.close();
    if (key !== "Enter" || !this.isOpen) return;
    const option = this.options.find((one) => one.dataset.model === this.active);
    if (option && !event.ctrlKey && !event.metaKey) this.choose(option);
    this.close();
    event.preventDefault();
  }

  escape(event) {
    if (!this.isOpen) return;
    event.preventDefault();
    event.stopPropagation();
    this.box.focus({ preventScroll: true });
    this.close();
  }

  click(event) {
    const option = event.target.closest("[role=option]");
    if (option) this.choose(option);
    if (event.target.closest(".choose")) {
      if (this.isOpen) return this.close();
      this.open();
      // A finger needs no keyboard to choose from a list.
      if (event.pointerType !== "touch") this.box.focus({ preventScroll: true });
    }
    if (event.target.closest(".reset")) {
      this.usual().then((usual) => write(this.box, usual));
      this.close();
      this.box.focus({ preventScroll: true });
    }
  }
}

window.visualViewport.addEventListener("resize", () => opened?.fit());

// Not sooner than a click, which may be on something that moves when the list is gone, and not for those of scripts.
document.addEventListener("click", ({ isTrusted, target }) => {
  if (opened && isTrusted && target !== opened.box && !opened.element.contains(target)) opened.close();
});

const boxOf = (stage) =>
  stage.matches(".second")
    ? stage.querySelector(".second-model :is(textarea, input)")
    : tabOf(stage).querySelector(".model :is(textarea, input)");

document.addEventListener("click", (event) => {
  const stage = event.target.closest("button.run")?.closest(".stage");
  if (stage) sent.set(stage, boxOf(stage)?.value.trim());
}, true);
document.addEventListener("run-ends", ({ target, detail: { state } }) => {
  const task = taskOf(tabOf(target));
  asked.delete(task);  // a model may have been loaded
  if (state === "done") used(task, sent.get(target));
});

window.picker = {
  // The box of a task has a list from now on; `kind` is its class, and `usual` says what Reset puts there.
  async attend(task, kind, usual = async () => "") {
    const box = await appears(`#tab-${task} .${kind} :is(textarea, input)`);
    const element = await appears(`#${kind}-list-${task}`);
    if (!pickers.has(box)) pickers.set(box, new Picker(task, box, element, usual));
    const { tasks } = await window.gallery.offers;
    if (tasks[task]?.model) box.placeholder = box.dataset.recommended = tasks[task].model;
  },
};
