// Shows what a cross-reference leads to, on hovering and on focus; Escape closes it. Without this script it is a link.

const LINK = "a.mb-crossref";
const DELAY = 150;
const PARAGRAPHS = 2;

const documents = new Map();
let card = null;
let owner = null;
let timer = 0;

/** The page at an address of this site, as a document. */
function fetched(address) {
  if (!documents.has(address)) {
    const page = fetch(address)
      .then((response) => (response.ok ? response.text() : ""))
      .then((html) => new DOMParser().parseFromString(html, "text/html"))
      .catch(() => null);
    documents.set(address, page);
  }
  return documents.get(address);
}

async function targetOf(link) {
  const url = new URL(link.href);
  if (url.origin !== location.origin) return null;
  const page = url.pathname === location.pathname ? document : await fetched(url.origin + url.pathname);
  return page?.getElementById(decodeURIComponent(url.hash.slice(1))) ?? null;
}

/** What there is to see: a figure or table as it is, of a section its beginning. */
function excerpt(target) {
  const parts = [target];
  if (/^H[1-6]$/.test(target.tagName)) {
    for (let next = target.nextElementSibling; next && parts.length <= PARAGRAPHS; next = next.nextElementSibling) {
      if (/^H[1-6]$/.test(next.tagName)) break;
      if (next.tagName === "P" && next.textContent.trim()) parts.push(next);
    }
  }
  return parts.map((part) => document.importNode(part, true));
}

/** Makes a copy fit to be shown beside its original: no second ids, nothing to stop at, whole addresses. */
function neutralize(copy, address) {
  for (const element of [copy, ...copy.querySelectorAll("*")]) {
    for (const name of ["id", "tabindex", "href", "title"]) element.removeAttribute(name);
    if (element.hasAttribute("src")) element.src = new URL(element.getAttribute("src"), address).href;
    if (element.loading) element.loading = "eager";
  }
  for (const element of copy.querySelectorAll(".headerlink, details")) element.remove();
  return copy;
}

async function open(link) {
  owner = link;
  const target = await targetOf(link);
  if (!target || owner !== link || !link.isConnected) return;
  removeCard();
  card = document.createElement("div");
  card.id = "mb-preview";
  card.className = "mb-preview md-typeset";
  card.setAttribute("role", "tooltip");
  card.append(...excerpt(target).map((part) => neutralize(part, link.href)));
  document.body.append(card);
  link.setAttribute("aria-describedby", card.id);
  place(link);
  card.addEventListener("mouseenter", () => clearTimeout(timer));
  card.addEventListener("mouseleave", later);
}

function place(link) {
  const line = link.getClientRects()[0] ?? link.getBoundingClientRect();
  const left = Math.min(line.left, document.documentElement.clientWidth - card.offsetWidth - 8);
  const fits = line.bottom + card.offsetHeight + 8 < innerHeight || line.top < card.offsetHeight + 8;
  card.style.left = `${Math.max(8, left) + scrollX}px`;
  card.style.top = `${(fits ? line.bottom + 4 : line.top - card.offsetHeight - 4) + scrollY}px`;
}

function removeCard() {
  card?.remove();
  card = null;
  document.querySelector(`${LINK}[aria-describedby="mb-preview"]`)?.removeAttribute("aria-describedby");
}

function close() {
  clearTimeout(timer);
  owner = null;
  removeCard();
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(close, DELAY);
}

function enter(event) {
  const link = event.target.closest?.(LINK);
  if (!link) return;
  clearTimeout(timer);
  if (link !== owner) timer = setTimeout(open, event.type === "focusin" ? 0 : DELAY, link);
}

function leave(event) {
  if (event.target.closest?.(LINK)) later();
}

document.addEventListener("mouseover", enter);
document.addEventListener("focusin", enter);
document.addEventListener("mouseout", leave);
document.addEventListener("focusout", leave);
document.addEventListener("keydown", (event) => event.key === "Escape" && close());
window.document$?.subscribe(close);
