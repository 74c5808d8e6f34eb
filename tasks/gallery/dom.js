// What several scripts do with the elements of the page.
window.dom = {
  // The tab of a task that an element is in, and the task.
  tabOf: (element) => element?.closest?.("[role=tabpanel][id^=tab-]"),
  taskOf: (tab) => tab.id.slice("tab-".length),

  // The first element that matches, as soon as there is one.
  appears: (selector) =>
    new Promise((resolve) => {
      const look = () => {
        const found = document.querySelector(selector);
        if (found) {
          watch.disconnect();
          resolve(found);
        }
      };
      const watch = new MutationObserver(look);
      watch.observe(document, { subtree: true, childList: true, attributeFilter: ["aria-selected"] });
      look();
    }),

  // What this browser keeps under a name, null if it keeps nothing: it may refuse to.
  kept(name) {
    try { return localStorage.getItem(name); } catch { return null; }
  },
  keep(name, text) {
    try { localStorage.setItem(name, text); } catch { /* then it is forgotten */ }
  },

  // Gradio takes what is in a box from its event.
  write(box, text) {
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  },

  // What is inside is made when its hidden button is pressed first. Returns whether that was now.
  open(opener) {
    if (opener.dataset.used) return false;
    opener.dataset.used = "true";
    opener.click();
    return true;
  },
};
