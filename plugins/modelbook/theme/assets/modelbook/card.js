// Cards beside links, on hovering, focus or a tap: when they open, where they stand, how they close.

const OPEN_AFTER = 120;
const CLOSE_AFTER = 250;
const MARGIN = 8;

// Gives the links that `selector` finds a card of the class `className`, with what `describe` makes for a
// link: `{ label, content }`, or a promise of it. A card that cannot be made leaves the link a link.
export function addCards(selector, className, describe) {
  const card = document.createElement("div");
  if (!card.showPopover) return;
  card.className = `mb-hover-card ${className}`;
  card.popover = "manual";
  card.setAttribute("role", "dialog");

  let opened = null; // the link whose card is open
  let wanted = null; // the link whose card is being made
  let timer = 0;
  let isReturning = false; // focus goes back to a link whose card was just closed
  let pointer = "";

  function linkOf(target) {
    const link = target instanceof Element ? target.closest(selector) : null;
    return card.contains(link) ? null : link;
  }

  async function open(link) {
    clearTimeout(timer);
    if (opened === link) return;
    wanted = link;
    let made;
    try {
      made = await describe(link);
    } catch {
      if (pointer === "touch" && wanted === link) location.assign(link.href);
      return;
    }
    if (wanted !== link || !link.isConnected) return;
    close();
    card.setAttribute("aria-label", made.label);
    card.replaceChildren(...made.content);
    link.after(card); // so that Tab goes from the link into its card
    card.showPopover();
    link.setAttribute("aria-expanded", "true");
    opened = link;
    place();
  }

  function place() {
    const at = opened.getClientRects()[0];
    if (!at) return;
    const { clientWidth, clientHeight } = document.documentElement;
    const above = at.top - MARGIN;
    const below = clientHeight - at.bottom - MARGIN;
    card.style.removeProperty("--mb-room");
    const isBelow = card.offsetHeight <= below || below >= above;
    card.style.setProperty("--mb-room", `${isBelow ? below : above}px`);
    const left = Math.max(MARGIN, Math.min(at.left, clientWidth - card.offsetWidth - MARGIN));
    const top = isBelow ? at.bottom : at.top - card.offsetHeight;
    card.style.left = `${left}px`;
    card.style.top = `${Math.max(MARGIN, top)}px`;
  }

  function close() {
    clearTimeout(timer);
    if (!opened) return;
    const link = opened;
    opened = null;
    link.removeAttribute("aria-expanded");
    if (card.contains(document.activeElement)) {
      isReturning = true;
      link.focus();
      isReturning = false;
    }
    card.remove();
  }

  function dismiss() {
    wanted = null;
    close();
  }

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const link = linkOf(event.target);
    clearTimeout(timer);
    if (link) timer = setTimeout(open, OPEN_AFTER, link);
    else if (card.contains(event.target) || card.contains(document.activeElement)) return;
    else if (opened) timer = setTimeout(dismiss, CLOSE_AFTER);
  });

  document.addEventListener("pointerdown", (event) => {
    pointer = event.pointerType;
    if (opened && !card.contains(event.target) && linkOf(event.target) !== opened) dismiss();
  });

  document.addEventListener("focusin", (event) => {
    const link = linkOf(event.target);
    if (link && link.matches(":focus-visible") && !isReturning) open(link);
    else if (!link && !card.contains(event.target)) dismiss();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !opened) return;
    event.stopPropagation();
    dismiss();
  }, true);

  // Before the theme loads the page that the link leads to.
  document.addEventListener("click", (event) => {
    const link = linkOf(event.target);
    if (!link || (event.pointerType || pointer) !== "touch" || link === opened) return;
    event.preventDefault();
    event.stopPropagation();
    open(link);
  }, true);

  addEventListener("scroll", () => opened && place(), { capture: true, passive: true });
  addEventListener("resize", dismiss);

  // The card says more than the title does; who reads with the ears keeps it as a description.
  function describeLinks() {
    for (const link of document.querySelectorAll(`:is(${selector})[title]`)) {
      link.setAttribute("aria-description", link.title);
      link.setAttribute("aria-haspopup", "dialog");
      link.removeAttribute("title");
    }
  }

  document.addEventListener("modelbook:added", describeLinks);
  document$.subscribe(() => {
    dismiss();
    describeLinks();
  });
}
