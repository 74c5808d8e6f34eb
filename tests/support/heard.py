"""What a screen reader says by itself: the texts that come into the live regions of a page."""

from playwright.async_api import Page

_LISTEN = """() => {
  window.heard = [];
  const LIVE = "[aria-live], [role=status], [role=alert], [role=log]";
  const isHeard = (region) => (region?.getAttribute("aria-live") ?? "polite") !== "off" && region.checkVisibility();
  const hear = (node) => {
    const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
    const around = element?.closest(LIVE);
    const regions = around ? [around] : [...(element?.querySelectorAll(LIVE) ?? [])];
    for (const region of regions) {
      if (!isHeard(region)) continue;
      const text = (around ? node : region).textContent.replace(/\\s+/g, " ").trim();
      if (text) window.heard.push(text);
    }
  };
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === "characterData") hear(target);
      addedNodes.forEach(hear);
    }
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
}"""


async def listen(page: Page) -> None:
    """Note from now on what is said."""
    await page.evaluate(_LISTEN)


async def heard(page: Page) -> list[str]:
    """What was said since `listen`, or since this was asked last, once nothing has come for a second."""
    before = -1
    while (now := await page.evaluate("window.heard.length")) != before:
        before = now
        await page.wait_for_timeout(1000)
    texts: list[str] = await page.evaluate("window.heard.splice(0)")
    return texts
