// Cards of terms: the entry of the glossary that a link leads to, shown beside the link.
// Without this script a link to a term has its definition as a title.

import { addCards } from "./card.js";

const glossaries = new Map(); // by address

function load(address) {
  if (!glossaries.has(address)) {
    const glossary = fetch(address).then(async (response) => {
      if (!response.ok) throw new Error(`${response.status} ${address}`);
      return new DOMParser().parseFromString(await response.text(), "text/html");
    });
    glossary.catch(() => glossaries.delete(address));
    glossaries.set(address, glossary);
  }
  return glossaries.get(address);
}

// A copy of a part of the glossary that can stand in another page: without citations, which are numbered
// and linked back to from elsewhere, and without ids.
function excerpt(part, address) {
  const copy = document.importNode(part, true);
  for (const citation of copy.querySelectorAll(".citation")) {
    const before = citation.previousSibling;
    if (before instanceof Text) before.data = before.data.trimEnd();
    citation.remove();
  }
  for (const element of copy.querySelectorAll("[id]")) element.removeAttribute("id");
  for (const link of copy.querySelectorAll("a[href]")) link.href = new URL(link.getAttribute("href"), address).href;
  return copy;
}

async function describe(link) {
  const [address, id] = link.href.split("#");
  const heading = (await load(address)).getElementById(decodeURIComponent(id));
  const label = heading.firstChild.textContent;
  const name = document.createElement("a");
  name.className = "mb-term-card__name";
  name.href = link.href;
  name.textContent = label;
  const parts = heading.nextElementSibling.querySelectorAll(".mb-term__names, .mb-term__text");
  return { label, content: [name, ...[...parts].map((part) => excerpt(part, address))] };
}

addCards("a.mb-term-link", "mb-term-card", describe);
