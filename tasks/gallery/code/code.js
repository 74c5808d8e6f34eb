// Programs for what stands in the fields. They are asked for while they can be seen, whenever a field has changed.
const { keep, kept, make } = window.dom;
const KEPT = "gallery-code-language";
const EVERY = 400;  // milliseconds
const FIELDS = ".inputs :is(textarea, input, img, audio, a[href], td), .strip :is(.model, .parameters) :is(textarea, input)";
const AHEAD = "300px";  // a program is there when one scrolls to it
const SHOWN_FOR = 1500;
const PAGE = "http://this-page.invalid/";  // place.py
// Nothing in it may mean anything to a shell or a language.
const HERE = new URL(".", location).href.replace(/[^\w.:/%~[\]-]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);
let panels = 0;

const valueOf = (field) =>
  field.type === "checkbox" ? field.checked : field.value ?? field.currentSrc ?? field.href ?? field.textContent;

// What a program would be made of, as far as it can be seen: whatever changes it, a person or the page.
function filledIn(tab) {
  const fields = [...tab.querySelectorAll(FIELDS)].filter((field) => !field.closest(".code-panel"));
  return [tab.querySelector(".stage")?.dataset.ended, ...fields.map(valueOf)].join("\n");
}

// Only pages of https and of this machine have a clipboard; older ways know no pages.
async function copy(text, shown) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  getSelection().selectAllChildren(shown);
  if (!document.execCommand("copy")) throw new Error("not allowed");
}

class Panel {
  constructor(element, props, trigger, said) {
    this.props = props;
    this.trigger = trigger;
    this.said = said;
    this.tab = element.closest("[role=tabpanel]");
    this.seen = this.asked = null;
    this.bar = make("div", "program-bar");
    this.pre = make("pre", "program");
    this.pre.tabIndex = 0;
    this.pre.setAttribute("role", "group");
    this.why = make("p", "why-none");
    this.first = make("p", "first-only", said.first);
    this.bar.append(this.choice(), this.copyButton());
    element.replaceChildren(this.bar, this.first, this.pre, this.why);
  }

  choice() {
    const choice = make("fieldset", "program-languages");
    choice.append(make("legend", "", this.said.choose));
    const name = `code-language-${panels++}`;
    const first = Object.keys(this.said.languages)[0];
    const last = kept(KEPT);
    this.language = last in this.said.languages ? last : first;
    for (const [language, text] of Object.entries(this.said.languages)) {
      const label = make("label", "");
      const radio = Object.assign(document.createElement("input"), { type: "radio", name, value: language });
      radio.checked = language === this.language;
      radio.addEventListener("change", () => {
        this.language = language;
        keep(KEPT, language);
        this.show();
      });
      label.append(radio, make("span", "", text));
      choice.append(label);
    }
    return choice;
  }

  copyButton() {
    const { is, done, refused } = this.said.copy;
    this.button = make("button", "copy-program", is);
    this.button.type = "button";
    this.button.addEventListener("click", async () => {
      this.button.textContent = await copy(this.pre.textContent, this.pre).then(() => done, () => refused);
      window.announcer.say(this.button.textContent);
      setTimeout(() => { this.button.textContent = is; }, SHOWN_FOR);
    });
    return this.button;
  }

  // Called when the panel comes into view or leaves it.
  watch(isSeen) {
    clearInterval(this.looking);
    if (!isSeen) return;
    this.seen = filledIn(this.tab);
    this.look();
    this.looking = setInterval(() => this.look(), EVERY);
  }

  // Asks once the fields have been still for one look.
  look() {
    const now = filledIn(this.tab);
    this.tellFirst();
    if (now === this.seen && now !== this.asked) {
      this.asked = now;
      this.trigger("select", {});
    }
    this.seen = now;
  }

  // Of two models, a program calls one.
  tellFirst() {
    this.first.hidden = this.pre.hidden || !window.compare.isOpen(window.dom.taskOf(this.tab));
  }

  show() {
    const { programs, problem } = this.props.value ?? {};
    const { source, reason } = programs?.[this.language] ?? {};
    this.why.textContent = problem || reason || "";
    this.why.hidden = !this.why.textContent;
    this.pre.hidden = this.button.hidden = !source;
    this.tellFirst();
    this.pre.setAttribute("aria-label", this.said.languages[this.language]);
    const lines = (source ?? "").replaceAll(PAGE, HERE).split(/(?<=\n)/);
    this.pre.replaceChildren(...lines.map((line) => (/^(#|\/\/) /.test(line) ? make("span", "told", line) : line)));
  }
}

window.code = {
  // Called by the component: shows the programs in its element.
  open(element, props, watch, trigger, said) {
    element.className = "";  // Gradio gives the classes of the component to its frame too, where they count
    const panel = new Panel(element, props, trigger, said);
    watch("value", () => panel.show());
    panel.show();
    const seen = (changes) => panel.watch(changes.at(-1).isIntersecting);
    new IntersectionObserver(seen, { rootMargin: AHEAD }).observe(element);
  },
};
