// Cards of terms: the entry of the glossary that a link leads to, shown beside the link.
// Without this script a link to a term has its definition as a title.

import { addCards } from "./card.js";
import { excerpt, pageAt } from "./excerpts.js";

async function describe(link) {
  const [address, id] = link.href.split("#");
  const heading = (await pageAt(address)).getElementById(decodeURIComponent(id));
  const label = heading.firstChild.textContent;
  const name = document.createElement("a");
  name.className = "mb-term-card__name";
  name.href = link.href;
  name.textContent = label;
  const parts = heading.nextElementSibling.querySelectorAll(".mb-term__names, .mb-term__text");
  return { label, content: [name, ...[...parts].map((part) => excerpt(part, address))] };
}

addCards("a.mb-term-link", "mb-term-card", describe);
