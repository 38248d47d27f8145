// Previews of cross-references: what a reference leads to, shown beside it. Without this script it is a link.

import { addCards } from "./card.js";
import { excerpt, pageAt } from "./excerpts.js";

const PARAGRAPHS = 2;

const isHeading = (element) => /^H[1-6]$/.test(element.tagName);

// What there is to see: a figure or table as it is, of a section its beginning.
function partsOf(target) {
  const parts = [target];
  if (!isHeading(target)) return parts;
  // Beside another language each block stands in a row (reading.js).
  const all = [...target.parentElement.querySelectorAll(":scope > *, :scope > .mb-row > .mb-row__own > *")];
  for (const next of all.slice(all.indexOf(target) + 1)) {
    if (isHeading(next) || parts.length > PARAGRAPHS) break;
    if (next.tagName === "P" && next.textContent.trim()) parts.push(next);
  }
  return parts;
}

async function describe(link) {
  const [address, id] = link.href.split("#");
  const page = new URL(address).pathname === location.pathname ? document : await pageAt(address);
  const content = partsOf(page.getElementById(decodeURIComponent(id))).map((part) => excerpt(part, address));
  // Tab goes on behind the reference, not through all that a table links to.
  for (const part of content) for (const inner of part.querySelectorAll("a")) inner.removeAttribute("href");
  return { label: link.textContent, content };
}

addCards("a.mb-crossref", "mb-preview", describe);
