// Citation cards: what a citation cites, shown beside it on hovering, focus or a tap.
// Without this script, or without popovers, a citation stays a link with a title.

const LINK = ".citation a[href*='#ref-']";
const OPEN_AFTER = 120;
const CLOSE_AFTER = 250;
const MARGIN = 8;

const files = new Map(); // the cards of each language, by address
const card = document.createElement("div");
card.className = "mb-citation-card";
card.popover = "manual";
card.setAttribute("role", "dialog");

let opened = null; // the link whose card is open
let wanted = null; // the link whose card is being fetched
let timer = 0;
let isReturning = false; // focus goes back to a link whose card was just closed
let pointer = "";

function linkOf(target) {
  const link = target instanceof Element ? target.closest(LINK) : null;
  return card.contains(link) ? null : link;
}

function keyOf(link) {
  return link.getAttribute("href").split("#ref-")[1];
}

function load(link) {
  const address = new URL("cards.json", link.href).href;
  if (!files.has(address)) {
    const file = fetch(address).then((response) => {
      if (!response.ok) throw new Error(`${response.status} ${address}`);
      return response.json();
    });
    file.catch(() => files.delete(address));
    files.set(address, file);
  }
  return files.get(address);
}

function add(parent, name, className, text) {
  const element = document.createElement(name);
  element.className = `mb-citation-card__${className}`;
  element.textContent = text;
  parent.append(element);
  return element;
}

function addLink(parent, className, text, address) {
  add(parent, "a", className, text).href = address;
}

function describe(key, { words, entries }, references) {
  const entry = entries[key];
  const body = document.createElement("div");
  body.className = "mb-citation-card__entry";
  if (entry) {
    add(body, "div", "title", entry.title);
    if (entry.authors) add(body, "div", "authors", entry.authors);
    add(body, "div", "venue", [entry.venue, entry.year].filter(Boolean).join(" · "));
    const links = add(body, "div", "links", "");
    for (const [text, address] of entry.links) addLink(links, "link", text, address);
    add(body, "div", "cited", entry.cited);
  }
  addLink(body, "reference", words.reference, `${references}#ref-${key}`);
  return body;
}

async function open(link) {
  clearTimeout(timer);
  if (opened === link) return;
  wanted = link;
  let file;
  try {
    file = await load(link);
  } catch {
    if (pointer === "touch" && wanted === link) location.assign(link.href);
    return;
  }
  if (wanted !== link || !link.isConnected) return;
  close();
  const references = link.href.split("#")[0];
  const range = link.closest("[data-keys]");
  const keys = range ? range.dataset.keys.split(" ") : [keyOf(link)];
  card.setAttribute("aria-label", file.words.label);
  card.replaceChildren(...keys.map((key) => describe(key, file, references)));
  link.after(card); // so that Tab goes from the citation into its card
  card.showPopover();
  link.setAttribute("aria-expanded", "true");
  opened = link;
  place();
}

function place() {
  const at = opened.getClientRects()[0];
  const { clientWidth, clientHeight } = document.documentElement;
  const fitsBelow = at.bottom + card.offsetHeight + MARGIN <= clientHeight || at.top < clientHeight / 2;
  const left = Math.max(MARGIN, Math.min(at.left, clientWidth - card.offsetWidth - MARGIN));
  const top = fitsBelow ? at.bottom : at.top - card.offsetHeight;
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
  if (link) {
    clearTimeout(timer);
    timer = setTimeout(open, OPEN_AFTER, link);
  } else if (card.contains(event.target)) {
    clearTimeout(timer);
  } else {
    clearTimeout(timer);
    if (opened && !card.contains(document.activeElement)) timer = setTimeout(dismiss, CLOSE_AFTER);
  }
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
  if (event.key === "Escape" && opened) {
    event.stopPropagation();
    dismiss();
  }
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
function prepare() {
  dismiss();
  for (const link of document.querySelectorAll(`${LINK}[title]`)) {
    link.setAttribute("aria-description", link.title);
    link.setAttribute("aria-haspopup", "dialog");
    link.removeAttribute("title");
  }
}

if (card.showPopover) document$.subscribe(prepare);
