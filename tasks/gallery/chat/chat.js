// What people do in a conversation: send with Enter, ask again, edit the last message.
const TOUCH = window.matchMedia("(hover: none) and (pointer: coarse)");
const BOX = 160;  // pixels, a little more than the height of box and buttons
const { write } = window.dom;
const chats = new Map();  // by the row that holds the conversation and the box

const chatOf = (target) => chats.get(target.closest?.(".stage.chat"));
const boxOf = (stage) => stage.querySelector(".inputs textarea");
const isBox = (target) => target.localName === "textarea" && target.closest(".stage.chat .inputs");

// Gradio reads a text box when it is typed in; a click right after that is early enough.
const runSoon = (stage) => setTimeout(() => stage.querySelector("button.run").click(), 50);

class Chat {
  constructor(stage, props, said) {
    this.stage = stage;
    this.props = props;
    this.run = null;  // what the present run began with
    this.next = null;  // what the next one is to keep
    this.editing = null;
    this.log = window.chat.log(said, { again: () => this.again(), edit: () => this.edit() });
    this.notice = this.makeNotice(said);
  }

  get messages() {
    return Array.isArray(this.props.value) ? this.props.value : [];
  }

  get box() {
    return boxOf(this.stage);
  }

  makeNotice(said) {
    const notice = document.createElement("p");
    notice.className = "editing";
    notice.hidden = true;
    notice.setAttribute("role", "status");
    const cancel = window.chat.button("cancel", said.cancel, said.cancel, () => this.cancelEdit());
    this.stop = () => { notice.hidden = true; notice.replaceChildren(); };
    this.start = () => { notice.hidden = false; notice.replaceChildren(said.editing, cancel); };
    return notice;
  }

  // Called at every change of the value.
  update() {
    if (this.run && !this.run.isTaken && this.messages.length) this.take();
    const last = this.messages.at(-1);
    const hasBegun = last?.role === "assistant" && (last.content || last.reasoning);
    if (this.run && hasBegun) this.run.kept = null;
    if (!this.messages.length) this.editing = null;
    this.show();
  }

  // The message is on its way: the box is free for the next.
  take() {
    this.run.isTaken = true;
    if (this.box.value === this.run.sent) write(this.box, this.run.draft);
    this.stage.classList.remove("asking");
    if (this.editing === null) this.stop();
  }

  show() {
    const { run, editing } = this;
    const isOnItsWay = run && !run.isTaken && !run.kept;
    const messages = [...(run?.kept ?? this.messages), ...(isOnItsWay ? [{ role: "user", content: run.sent }] : [])];
    const leaves = run?.kept ? messages.map((one) => one.role).lastIndexOf("assistant") : editing?.at ?? null;
    this.log.show(messages, { isBusy: Boolean(run), leavesFrom: leaves });
  }

  // Before Gradio sees the click on Run. Returns whether it may.
  send() {
    const sent = this.box.value;
    if (this.run || !sent.trim()) {
      if (!this.run) this.box.focus();
      return false;
    }
    if (this.editing) this.props.value = this.messages.slice(0, this.editing.at);
    this.run = { sent, draft: this.next?.draft ?? "", kept: this.next?.kept ?? null, isTaken: false };
    this.next = this.editing = null;
    this.stop();
    this.show();
    this.log.follow();
    this.bringBoxIn();
    if (!TOUCH.matches) this.box.focus();
    return true;
  }

  // The run is over, whether it was answered, failed or was stopped.
  ended() {
    const run = this.run;
    if (!run) return;
    this.run = null;
    this.stage.classList.remove("asking");
    if (run.kept) this.props.value = run.kept;
    // What got no answer comes back, so that it can be sent again.
    const isUnanswered = this.messages.at(-1)?.role !== "assistant" || !run.isTaken;
    if (isUnanswered && !run.kept && !this.box.value.trim()) write(this.box, run.sent);
    if (run.kept && this.box.value === run.sent) write(this.box, run.draft);
    this.show();
    if (this.log.turns.getBoundingClientRect().bottom < window.innerHeight) this.bringBoxIn();
  }

  again() {
    const at = this.messages.map((one) => one.role).lastIndexOf("user");
    if (this.run || this.next || at < 0) return;
    const isAnswered = at < this.messages.length - 1;
    const asked = this.messages[at].content;
    this.next = { draft: this.box.value === asked ? "" : this.box.value, kept: isAnswered ? this.messages : null };
    this.props.value = this.messages.slice(0, at);
    this.stage.classList.add("asking");
    write(this.box, asked);
    runSoon(this.stage);
  }

  edit() {
    const at = this.messages.map((one) => one.role).lastIndexOf("user");
    if (this.run || at < 0) return;
    this.editing = { at, draft: this.box.value };
    write(this.box, this.messages[at].content);
    this.start();
    this.show();
    this.box.focus();
    this.box.setSelectionRange(this.box.value.length, this.box.value.length);
  }

  cancelEdit() {
    if (!this.editing) return;
    write(this.box, this.editing.draft);
    this.editing = null;
    this.stop();
    this.show();
    this.box.focus();
  }

  // Box and buttons stick to the edge of the window: where they belong is seen by the end of what holds them.
  bringBoxIn() {
    const last = this.stage.querySelector("compare" in this.stage.dataset ? ".inputs" : ".status");
    const { bottom } = last.getBoundingClientRect();
    if (bottom > window.innerHeight || bottom < BOX) last.scrollIntoView({ block: "end" });
  }
}

// The conversation of a second model: what is said to the first is said to it too.
function openSecond(element, props, watch, said) {
  const log = window.chat.log(said, { again() {}, edit() {} });
  const show = () => log.show(Array.isArray(props.value) ? props.value : [], { isBusy: false, leavesFrom: null });
  element.className = "";
  element.replaceChildren(log.turns);
  watch("value", show);
  show();
}

// Called by the component: makes the log in its element.
window.chat.open = (element, props, watch, said) => {
  if (element.closest(".second")) return openSecond(element, props, watch, said);
  const stage = element.closest(".stage.chat");
  const chat = new Chat(stage, props, said);
  chats.set(stage, chat);
  element.className = "";  // Gradio gives the classes of the component to its frame too, where they count
  element.replaceChildren(chat.log.turns, chat.notice);
  watch("value", () => chat.update());
  chat.update();
};

window.chat.ended = (task) => {
  for (const [stage, chat] of chats) if (stage.closest(`#tab-${CSS.escape(task)}`)) chat.ended();
};

document.addEventListener("keydown", (event) => {
  if (!isBox(event.target)) return;
  const stage = event.target.closest(".stage.chat");
  if (event.key === "Escape") chats.get(stage)?.cancelEdit();
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.altKey) return;
  // The Enter that ends the choice of a character is none of ours.
  if (event.isComposing || event.keyCode === 229 || event.shiftKey || TOUCH.matches) return;
  event.preventDefault();
  runSoon(stage);
}, true);

// Gradio takes Shift+Enter for itself.
document.addEventListener("keypress", (event) => {
  if (event.key === "Enter" && isBox(event.target)) event.stopPropagation();
}, true);

document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".chat button.run, .chat button.stop, .chat button.clear");
  const chat = button && !button.closest(".second") && chatOf(button);
  if (!chat) return;
  if (!button.matches(".run")) chat.ended();
  else if (!chat.send()) event.stopImmediatePropagation();
}, true);
