// Previews of models: what matters most of the model that a link leads to. Without this script it is a link.
// Where nothing hovers, a tap follows the link at once.

import { addCards } from "./card.js";
import { excerpt, pageAt } from "./excerpts.js";

const PAGE = /\/models\/[\w.-]+\/$/;

async function describe(link) {
  const address = link.href.split("#")[0];
  const page = await pageAt(address);
  const name = document.createElement("a");
  name.className = "mb-model-preview__name";
  name.href = address;
  name.textContent = page.querySelector("h1").firstChild.textContent;
  const parts = [".mb-head .mb-lead", ".mb-badges", ".mb-essentials"].map((part) => page.querySelector(part));
  const content = parts.filter(Boolean).map((part) => excerpt(part, address));
  for (const part of content) for (const inner of part.querySelectorAll("a")) inner.removeAttribute("href");
  return { label: name.textContent, content: [name, ...content] };
}

// A card in the text says the same already.
function mark() {
  for (const link of document.querySelectorAll("article a[href]:not([class], .mb-card *)")) {
    const isModel = link.host === location.host && PAGE.test(link.pathname) && link.pathname !== location.pathname;
    if (isModel) link.classList.add("mb-model-link");
  }
}

if (matchMedia("(hover: hover)").matches) {
  addCards("a.mb-model-link", "mb-model-preview", describe);
  document.addEventListener("modelbook:added", mark);
  document$.subscribe(mark);
}
