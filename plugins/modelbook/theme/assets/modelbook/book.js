// Loads the scripts that a page needs, once each, so that a first visit asks for few files.

const SCRIPTS = [
  [".mb-editions", "reading"],
  [".citation a", "citations"],
  ["a.mb-crossref", "crossrefs"],
  ["a.mb-term-link", "terms"],
  ["a.mb-picture", "lightbox"],
  [".mb-reference-list", "references"],
  [".mb-table[data-filter]", "tables"],
  [".mb-timeline-view", "timeline"],
  [".mb-lineage", "lineage"],
  [".mb-compare", "compare"],
  [".mb-succeeded", "succeeded"],
  [".mb-comments", "comments"],
  ["article a[href*='../'], article a[href*='models/']", "previews"],
];

const loaded = new Set();

function load() {
  for (const [selector, name] of SCRIPTS) {
    if (loaded.has(name) || !document.querySelector(selector)) continue;
    loaded.add(name);
    import(`./${name}.js`);
  }
}

document.addEventListener("modelbook:added", load);
document$.subscribe(load);
