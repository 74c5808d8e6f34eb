// Many inputs at once: what goes on in words, the rows with what became of each, and buttons that press Gradio's.
const { appears, open, tabOf, taskOf } = window.dom;
const QUIET = 5000;  // milliseconds without news while rows are asked, after which the server is asked what there is
const TWICE = 500;
const SYMBOLS = { waiting: "○", running: "●", done: "✓", refused: "✗", failed: "!" };
const STATES = Object.keys(SYMBOLS);
const panels = new Set();

function make(name, className, text = "") {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = text;
  return element;
}

const filledIn = (template, count) => template.replace("{count}", count.toLocaleString(document.documentElement.lang));

class Panel {
  constructor(element, props, said) {
    this.props = props;
    this.said = said;
    this.element = element;
    this.forget();
    this.line = make("p", "batch-line");
    this.news = make("p", "batch-news");
    this.news.setAttribute("role", "status");
    this.problem = make("p", "batch-problem");
    this.problem.setAttribute("role", "alert");
    this.all = make("div", "");
    this.all.append(this.progress(), this.line, this.news, this.actions(), this.filters(), this.table());
    element.replaceChildren(this.problem, this.all);
    this.filter("all");
  }

  forget() {
    this.key = "";
    this.version = this.saved = 0;
    this.rows = [];
    this.count = 0;
    this.body?.replaceChildren();
  }

  progress() {
    this.bar = make("div", "batch-bar");
    this.bar.setAttribute("role", "progressbar");
    this.bar.setAttribute("aria-label", this.said.progress);
    this.bar.setAttribute("aria-valuemin", 0);
    this.bar.append(make("i", ""));
    return this.bar;
  }

  actions() {
    const actions = make("div", "batch-actions");
    this.buttons = {};
    for (const name of ["go", "stop", "again", "over"]) {
      const button = this.buttons[name] = make("button", `batch-${name}`, this.said[name]);
      button.type = "button";
      button.addEventListener("click", () => this.press(name));
    }
    this.link = make("a", "batch-download", this.said.download);
    this.link.addEventListener("click", () => { this.saved = this.version; });
    const { go, stop, again, over } = this.buttons;
    this.before = make("a", "batch-before");
    actions.append(go, stop, this.link, again, over, this.before);
    return actions;
  }

  press(name) {
    // One takes the place of another: the second press of who pressed twice is not meant for it.
    const isSecond = performance.now() - this.pressed < TWICE;
    if (isSecond) return;
    this.pressed = performance.now();
    document.getElementById(`batch-${name}-${taskOf(tabOf(this.element))}`).click();
  }

  filters() {
    const filters = make("div", "batch-filters");
    filters.setAttribute("role", "group");
    filters.setAttribute("aria-label", this.said.filter);
    this.chips = {};
    for (const state of ["all", ...STATES]) {
      const chip = this.chips[state] = make("button", `batch-filter ${state}`);
      chip.type = "button";
      chip.addEventListener("click", () => this.filter(state));
      filters.append(chip);
    }
    return filters;
  }

  filter(state) {
    this.element.dataset.only = state;
    for (const [name, chip] of Object.entries(this.chips)) chip.setAttribute("aria-pressed", String(name === state));
  }

  table() {
    this.frame = make("div", "batch-rows");
    this.frame.tabIndex = 0;
    this.frame.setAttribute("role", "region");
    const table = make("table", "");
    const head = make("tr", "");
    for (const name of ["row", "input", "state", "answer"]) {
      const cell = make("th", "", this.said.columns[name]);
      cell.scope = "col";
      head.append(cell);
    }
    this.body = make("tbody", "");
    const top = make("thead", "");
    top.append(head);
    table.append(top, this.body);
    this.frame.append(table);
    return this.frame;
  }

  // What came from Gradio says only that there is something new: of several updates a browser may see the last alone.
  async pull() {
    const { key, problem } = this.props.value ?? {};
    this.problem.textContent = problem ?? "";
    this.problem.hidden = !problem;
    if (!key) return this.draw();
    if (key !== this.key) {
      this.forget();
      this.key = key;
    }
    if (this.pulling) {
      this.isAsked = true;
      return;
    }
    this.pulling = true;
    do {
      this.isAsked = false;
      await this.fetchRows(this.key);
    } while (this.isAsked);
    this.pulling = false;
    clearTimeout(this.timer);
    if (this.isRunning) this.timer = setTimeout(() => this.pull(), QUIET);
  }

  async fetchRows(key) {
    const answer = await fetch(`batch/${key}/rows?since=${this.version}`).catch(() => null);
    if (answer?.status === 404) {
      this.isRunning = false;
      this.line.textContent = this.said.gone;
      delete this.element.dataset.state;
    }
    if (!answer?.ok) return;
    const { panel, count, before, rows } = await answer.json();
    if (key !== this.key) return;
    this.version = panel.version;
    this.count = count;
    for (const [at, ...row] of rows) this.rows[at] = this.drawn(at, this.rows[at], row);
    this.rows.length = count;
    if (this.body.childElementCount !== count) this.body.replaceChildren(...this.rows.map((row) => row.element));
    this.told(panel);
    this.before.hidden = !before;
    this.before.textContent = filledIn(this.said.before, before);
    this.draw();
  }

  drawn(at, old, [state, name, said, file]) {
    const element = old?.element ?? make("tr", "");
    element.dataset.state = state;
    const number = make("td", "number", at + 1);
    const input = make("td", "input", name);
    const how = make("td", "state", `${SYMBOLS[state]} ${this.said.states[state]}`);
    const answer = make("td", "answer", said);
    input.dir = answer.dir = "auto";
    if (file) answer.append(this.made(file));
    element.replaceChildren(number, input, how, answer);
    return { element, state };
  }

  made(file) {
    const link = make("a", "made", decodeURIComponent(file.slice(file.lastIndexOf("/") + 1)));
    link.href = file;
    link.target = "_blank";
    if (!/\.(png|jpe?g|webp|gif)$/i.test(file)) return link;
    const picture = make("img", "");
    picture.alt = link.textContent;
    picture.loading = "lazy";
    picture.src = file;
    link.replaceChildren(picture);
    return link;
  }

  told({ state, line }) {
    this.line.textContent = line;
    if (this.element.dataset.state !== state) {
      const focused = this.element.contains(document.activeElement) && document.activeElement.localName === "button";
      this.element.dataset.state = state;
      this.news.textContent = line;
      if (focused && !document.activeElement.checkVisibility()) this.buttons[state === "running" ? "stop" : "go"].focus();
    }
    this.isRunning = state === "running";
  }

  draw() {
    const counts = Object.fromEntries(STATES.map((state) => [state, this.rows.filter((row) => row.state === state).length]));
    const ended = counts.done + counts.refused;
    const left = counts.waiting + counts.failed;
    this.all.hidden = !this.count;
    this.bar.setAttribute("aria-valuemax", this.count);
    this.bar.setAttribute("aria-valuenow", ended);
    this.bar.firstChild.style.width = `${this.count ? (100 * ended) / this.count : 0}%`;
    this.buttons.go.hidden = this.isRunning || !left;
    this.buttons.go.textContent = filledIn(ended || counts.failed ? this.said.on : this.said.go, left);
    this.buttons.stop.hidden = !this.isRunning;
    this.buttons.again.hidden = this.isRunning || !counts.refused;
    this.buttons.again.textContent = filledIn(this.said.again, counts.refused);
    this.buttons.over.hidden = this.isRunning || !counts.done;
    this.link.hidden = !ended;
    this.link.href = `batch/${this.key}/answers`;
    this.before.href = `${this.link.href}?before`;
    this.link.download = this.before.download = `${taskOf(tabOf(this.element))}.${this.said.ending}`;
    this.chips.all.textContent = filledIn(this.said.all, this.count);
    for (const state of STATES) {
      this.chips[state].hidden = !counts[state];
      this.chips[state].textContent = filledIn(`${this.said.states[state]} ({count})`, counts[state]);
    }
    const only = this.element.dataset.only;
    if (only !== "all" && !counts[only]) this.filter("all");
    this.frame.setAttribute("aria-label", filledIn(this.said.rows, this.count));
    const sources = this.element.closest(".batch")?.querySelector(".batch-sources");
    if (sources) sources.inert = this.isRunning === true;
  }

  // Whether leaving the page would lose something.
  get isUnsaved() {
    return this.element.isConnected && (this.isRunning || (this.version > this.saved && this.rows.some((row) => row.state === "done")));
  }
}

// What is in the drawer is made when it is opened first.
document.addEventListener("click", async (event) => {
  const drawer = event.target.closest(".batch-drawer");
  const tab = drawer && tabOf(drawer);
  if (tab && event.target.closest(".label-wrap")) open(await appears(`#batch-open-${taskOf(tab)}`));
});

window.addEventListener("beforeunload", (event) => {
  if ([...panels].some((panel) => panel.isUnsaved)) event.preventDefault();
});

window.batch = {
  // Called by the component: shows the batch in its element.
  show(element, props, watch, said) {
    element.className = "";  // Gradio gives the classes of the component to its frame too, where they count
    const panel = new Panel(element, props, said);
    panels.add(panel);
    watch("value", () => panel.pull());
    panel.pull();
  },
};
