// Two languages of a page together: side by side or interleaved, block by block; or one block in the other language.
// Blocks say what they are called (`data-block="llama.3"`, the same in every language) and which are shown once
// (`data-once`). The other language's page is fetched when it is wanted. Without this script the language links remain.

import { pageAt } from "./excerpts.js";
import { addMenu } from "./menu.js";

const STORED = "modelbook.view"; // what was chosen last, on this device
const KEY = "v";
const SINGLE = { view: "single", with: "" };
const VIEWS = ["single", "side", "interleaved"];

const ownLanguage = () => document.documentElement.lang;
const article = () => document.querySelector("article.md-content__inner");
const blocksOf = (root) => [...root.querySelectorAll(":scope > [data-block]")];
const isHeading = (block) => /^H[1-6]$/.test(block.tagName);
const isText = (block) => !isHeading(block);
const isShared = (block) => block.hasAttribute("data-once");

let editions = new Map(); // the links to this page in each language, by language
let mode = SINGLE;
let asked = 0; // so that an answer that comes too late is left

// --- the other language ------------------------------------------------------------------

const others = () => [...editions.keys()].filter((code) => code !== ownLanguage());

async function partner(language) {
  const { href } = editions.get(language);
  return { href, language, blocks: blocksOf((await pageAt(href)).querySelector("article.md-content__inner")) };
}

// A copy of a block of the page at an address that can stand in this page.
function copied(block, { href, language }) {
  const copy = document.importNode(block, true);
  for (const element of [copy, ...copy.querySelectorAll("*")]) {
    for (const name of ["id", "for", "name", "aria-labelledby", "aria-describedby", "aria-controls"]) {
      const value = element.getAttribute(name);
      if (value) element.setAttribute(name, value.replace(/\S+/g, `${language}:$&`));
    }
    for (const name of ["href", "src"]) {
      const value = element.getAttribute(name);
      if (value === null) continue;
      const url = new URL(value, href);
      const isHere = url.hash && url.href.split("#")[0] === href.split("#")[0];
      const isKnown = isHere && document.getElementById(decodeURIComponent(url.hash.slice(1)));
      element.setAttribute(name, isKnown ? url.hash : url.href);
    }
  }
  copy.removeAttribute("data-block");
  return copy;
}

// The blocks below each heading, the heading first.
function bySection(blocks) {
  const sections = new Map();
  let section = "top";
  for (const block of blocks) {
    if (isHeading(block)) section = block.dataset.block.replace(/\.0$/, "");
    sections.set(section, [...(sections.get(section) ?? []), block]);
  }
  return sections;
}

// The blocks of a section that two pages have, in pairs; as one pair, if they do not match.
function pairs(own, others) {
  const theirs = grouped(others);
  const runs = [...grouped(own)].map(([key, blocks]) => ({ own: blocks, others: theirs.get(key) ?? [] }));
  const isMatched = runs.every((run) => run.others.length) && runs.length === theirs.size;
  if (isMatched) return runs.filter((run) => !isShared(run.own[0]));
  return [{ own: own.filter(isText), others: others.filter(isText) }];
}

// Blocks by what they are called: one in the Markdown may be several elements.
function grouped(blocks) {
  const groups = new Map();
  for (const block of blocks) groups.set(block.dataset.block, [...(groups.get(block.dataset.block) ?? []), block]);
  return groups;
}

function column(className, language, blocks) {
  const element = document.createElement("div");
  element.className = className;
  element.lang = language;
  element.append(...blocks);
  return element;
}

function addRows(other) {
  const theirs = bySection(other.blocks);
  for (const [section, own] of bySection(blocksOf(article()))) {
    for (const pair of pairs(own, theirs.get(section) ?? [])) {
      if (!pair.own.length || !pair.others.length) continue;
      const row = document.createElement("div");
      row.className = "mb-row";
      pair.own[0].before(row);
      const copies = pair.others.map((block) => copied(block, other));
      row.append(column("mb-row__own", ownLanguage(), pair.own), column("mb-row__other", other.language, copies));
    }
  }
  sayAdded();
}

function removeRows() {
  for (const row of article().querySelectorAll(":scope > .mb-row")) {
    row.replaceWith(...row.querySelector(":scope > .mb-row__own").childNodes);
  }
  for (const block of article().querySelectorAll(":scope > .mb-other")) block.remove();
}

// Other scripts look after what is new in the page.
const sayAdded = () => document.dispatchEvent(new CustomEvent("modelbook:added"));

// --- the reader's place ------------------------------------------------------------------

// The first block that is not above the window, and how far it is from the top.
function place() {
  const top = document.querySelector(".md-header").getBoundingClientRect().bottom;
  const block = [...article().querySelectorAll("[data-block]")].find(
    (each) => each.getBoundingClientRect().bottom > top + 1,
  );
  return block && scrollY > 0 ? { block, offset: block.getBoundingClientRect().top } : null;
}

function returnTo(former) {
  if (former) scrollBy({ top: former.block.getBoundingClientRect().top - former.offset, behavior: "instant" });
}

// A block that this language does not have, or not as one of its own, is looked for below its heading.
function findPlace() {
  const id = decodeURIComponent(location.hash.slice(1));
  if (!id.startsWith("b-") || document.getElementById(id)) return;
  document.getElementById(id.slice(2).replace(/\.\d+$/, ""))?.scrollIntoView();
}

// --- modes -------------------------------------------------------------------------------

async function read(wanted) {
  const turn = ++asked;
  const other = wanted.view === "single" ? null : await partner(wanted.with);
  if (turn !== asked) return;
  const former = place();
  const focused = document.activeElement;
  peek.remove();
  removeRows();
  if (other) addRows(other);
  mode = wanted;
  if (other) document.body.dataset.mbView = mode.view;
  else delete document.body.dataset.mbView;
  if (article().contains(focused)) focused.focus({ preventScroll: true }); // what is moved loses it
  returnTo(former);
  showMode();
}

// Chosen by the reader: remembered and said.
async function choose(wanted) {
  try {
    await read(wanted);
  } catch {
    location.assign(editions.get(wanted.with).href);
    return;
  }
  remember(wanted);
  const choice = buttons().find(isChosen) ?? languageLink(ownLanguage());
  document.querySelector(".mb-languages [role=status]").textContent = choice.textContent.trim();
}

function remember(wanted) {
  try {
    localStorage.setItem(STORED, JSON.stringify(wanted));
  } catch {
    // A device that keeps nothing forgets the choice; the address still says it.
  }
}

// What the address asks for, or else what was chosen last.
function wantedHere() {
  const address = new URLSearchParams(location.search);
  let wanted = { view: address.get("view"), with: address.get("with") };
  try {
    if (!wanted.view) wanted = JSON.parse(localStorage.getItem(STORED)) ?? SINGLE;
  } catch {
    // Nothing that can be read is nothing.
  }
  if (!VIEWS.includes(wanted.view) || wanted.view === "single" || !others().length) return SINGLE;
  return { view: wanted.view, with: others().includes(wanted.with) ? wanted.with : others()[0] };
}

const buttons = () => [...document.querySelectorAll(".mb-reading button")];
const isChosen = (button) => button.dataset.view === mode.view && button.dataset.with === mode.with;
const languageLink = (language) => document.querySelector(`.mb-languages a[hreflang="${language}"]`);

function nextMode() {
  const view = VIEWS[(VIEWS.indexOf(mode.view) + 1) % VIEWS.length];
  return view === "single" ? SINGLE : { view, with: mode.with || others()[0] };
}

// In the menu and in the address.
function showMode() {
  const next = nextMode();
  for (const button of buttons()) {
    const { view, with: language } = button.dataset;
    button.setAttribute("aria-pressed", String(isChosen(button)));
    if (view === next.view && language === next.with) button.setAttribute("aria-keyshortcuts", KEY);
    else button.removeAttribute("aria-keyshortcuts");
  }
  const own = languageLink(ownLanguage());
  if (mode === SINGLE) own?.setAttribute("aria-current", "true");
  else own?.removeAttribute("aria-current");
  const url = new URL(location.href);
  url.searchParams.delete("view");
  url.searchParams.delete("with");
  if (mode !== SINGLE) url.searchParams.set("view", mode.view);
  if (mode !== SINGLE && others().length > 1) url.searchParams.set("with", mode.with);
  if (url.href !== location.href) history.replaceState(history.state, "", url);
}

// --- one block ---------------------------------------------------------------------------

const peek = document.createElement("button"); // offers the other language at the block that is pointed to
peek.type = "button";
peek.className = "mb-peek";
let offered = null; // that block

const shownAt = (block) => (block.nextElementSibling?.matches(".mb-other") ? block.nextElementSibling : null);

function offer(target) {
  if (mode !== SINGLE || !others().length || target === peek || peek.matches(":focus-visible")) return;
  const part = target.closest("article > :is([data-block], .mb-other)");
  const block = part?.matches(".mb-other") ? part.previousElementSibling : part;
  if (!block && !article().contains(target)) peek.remove();
  if (!block || isShared(block) || (peek.isConnected && block === offered)) return;
  offered = block;
  (shownAt(block) ?? block).after(peek);
  sayOffer();
}

function sayOffer() {
  const { name, show, hide } = editions.get(others()[0]).dataset;
  const isShown = shownAt(offered);
  peek.style.top = `${offered.offsetTop}px`;
  peek.textContent = isShown ? hide : name;
  peek.setAttribute("aria-label", isShown ? hide : show);
}

async function toggle(block) {
  const language = others()[0];
  let other;
  try {
    other = await partner(language);
  } catch {
    location.assign(editions.get(language).href);
    return;
  }
  if (shownAt(block)) {
    shownAt(block).remove();
  } else {
    const [section] = [...bySection(blocksOf(article()))].find(([, blocks]) => blocks.includes(block));
    const blocks = other.blocks.filter((each) => each.dataset.block === block.dataset.block);
    const found = blocks.length ? blocks : (bySection(other.blocks).get(section) ?? []).filter(isText);
    block.after(column("mb-other", language, found.map((each) => copied(each, other))));
    sayAdded();
  }
  sayOffer();
}

peek.addEventListener("click", () => toggle(offered));

for (const event of ["pointerover", "focusin", "click"]) {
  document.addEventListener(event, ({ target }) => target instanceof Element && offer(target));
}

// --- the page ----------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const { view, with: language } = event.target.closest?.(".mb-reading button")?.dataset ?? {};
  if (view) choose(mode.view === view && mode.with === language ? SINGLE : { view, with: language });
});

// Before the theme loads the page that the link leads to.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link) return;
  // Another language has another header and another search index: its pages are loaded as a whole.
  const language = link.hreflang || link.closest("[lang]").lang;
  if (language !== ownLanguage()) link.target ||= "_self";
  if (!link.matches(".mb-languages a") || !editions.size) return;
  const here = place(); // the same block in the other language
  link.hash = here ? here.block.id || `b-${here.block.dataset.block}` : "";
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (language === ownLanguage()) {
    event.preventDefault();
    choose(SINGLE);
  } else {
    remember(SINGLE);
  }
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key !== KEY || event.ctrlKey || event.metaKey || event.altKey || !others().length) return;
  if (!event.target.closest("input, textarea, select, [contenteditable]")) choose(nextMode());
});

const menu = document.querySelector(".mb-languages .md-select");
if (menu) addMenu(menu);

document$.subscribe(() => {
  asked += 1;
  mode = SINGLE;
  delete document.body.dataset.mbView;
  const links = [...document.querySelectorAll(".mb-editions a")];
  const hasBlocks = article() && blocksOf(article()).length > 0;
  editions = new Map(
    hasBlocks ? links.filter((link) => link.rel !== "nofollow").map((link) => [link.hreflang, link]) : [],
  );
  // The header stays when the theme loads another page without leaving this one.
  for (const { hreflang, href } of links) languageLink(hreflang)?.setAttribute("href", href);
  for (const button of buttons()) button.parentElement.hidden = !editions.has(button.dataset.with);
  findPlace();
  const wanted = wantedHere();
  if (wanted === SINGLE) showMode();
  else read(wanted).catch(showMode); // as if nothing had been asked for
});
