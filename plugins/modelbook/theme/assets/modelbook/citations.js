// Citation cards: what a citation cites, shown beside it on hovering, focus or a tap.
// Without this script, or without popovers, a citation stays a link with a title.

import { addCards } from "./card.js";

const files = new Map(); // the cards of each language, by address

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

function entryOf(key, { words, entries }, references) {
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

async function describe(link) {
  const file = await load(link);
  const [references, key] = link.href.split("#ref-");
  const range = link.closest("[data-keys]");
  const keys = range ? range.dataset.keys.split(" ") : [decodeURIComponent(key)];
  return { label: file.words.label, content: keys.map((each) => entryOf(each, file, references)) };
}

addCards(".citation a[href*='#ref-']", "mb-citation-card", describe);
