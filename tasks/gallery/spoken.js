// The language of the page. The app finds it in the cookie that is written here, or else in what the browser wants.
// A link may ask for another one behind the #, where no server sees it.
const page = document.documentElement;
const known = page.dataset.languages.split(" ");
const wanted = navigator.languages.map((one) => one.split("-")[0].toLowerCase()).find((one) => known.includes(one)) ?? known[0];
const YEAR = 31536000;  // seconds

// Gradio's own words follow the browser's language.
for (const [name, value] of [["language", page.lang], ["languages", [page.lang]]]) {
  Object.defineProperty(navigator, name, { get: () => value, configurable: true });
}

const saysOf = (fragment) => new URLSearchParams(fragment).get("lang") ?? "";

function without(fragment) {
  const said = new URLSearchParams(fragment);
  if (!said.has("lang")) return fragment;
  said.delete("lang");
  return String(said);
}

// Returns whether the browser keeps the cookie; in another site's frame it may not.
function choose(language, seconds) {
  const lasts = seconds ? `; max-age=${seconds}` : "";
  const where = window.location.protocol === "https:" ? "SameSite=None; Secure; Partitioned" : "SameSite=Lax";
  document.cookie = `gallery_language=${language}; path=${new URL(".", window.location).pathname}${lasts}; ${where}`;
  return document.cookie.split("; ").includes(`gallery_language=${language}`);
}

function obey() {
  const asked = saysOf(window.location.hash.slice(1));
  if (known.includes(asked) && asked !== page.lang && choose(asked)) window.location.reload();
}
obey();
window.addEventListener("hashchange", obey);

document.addEventListener("click", (event) => {
  const chosen = event.target.closest("#masthead [data-language]")?.dataset.language;
  if (!chosen) return;
  event.preventDefault();
  choose(chosen, YEAR);
  const address = new URL(window.location);
  address.hash = without(address.hash.slice(1));
  window.history.replaceState(window.history.state, "", address);
  window.location.reload();
});

window.spoken = {
  without,
  // The fragment with the language, if it is not the one that the browser wants anyway.
  withLanguage: (fragment) => (page.lang === wanted ? fragment : [`lang=${page.lang}`, fragment].filter(Boolean).join("&")),
};
