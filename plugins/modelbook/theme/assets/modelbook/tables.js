// Tables that are sorted by a button in each column's head, and filtered where they are long.
// Keys that are no words come with the page (`data-sort`); what has no value is last in both directions.

const FILTERED_FROM = 11;

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

export function sortButton(th, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "mb-sort";
  button.append(...th.childNodes);
  button.addEventListener("click", act);
  th.append(button);
}

export function showSorting(th, direction) {
  if (direction) th.ariaSort = direction;
  else th.removeAttribute("aria-sort");
}

function words(cell) {
  const copy = cell.cloneNode(true);
  for (const notes of copy.querySelectorAll("details, .mb-hidden")) notes.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
}

function enhance(frame) {
  const table = frame.querySelector("table.mb-comparison");
  const heads = [...table.tHead.rows[0].cells];
  const bodies = [...table.tBodies].map((body) => ({ body, rows: [...body.rows].filter((tr) => !tr.classList.contains("mb-group")) }));
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });

  // null for no value, a number or words.
  const key = (tr, column) => {
    const cell = tr.cells[column];
    const { sort } = cell.dataset;
    return sort === "" ? null : sort === undefined ? words(cell) : Number(sort);
  };
  const compare = (a, b) => (typeof a === "number" ? a - b : collator.compare(a, b));

  function sortBy(column) {
    const isDown = heads[column].ariaSort === "ascending";
    for (const { body, rows } of bodies) {
      const keyed = rows.map((tr) => [key(tr, column), tr]);
      const missing = keyed.filter(([value]) => value === null);
      const known = keyed.filter(([value]) => value !== null).sort(([a], [b]) => (isDown ? compare(b, a) : compare(a, b)));
      body.append(...[...known, ...missing].map(([, tr]) => tr));
    }
    heads.forEach((th, i) => showSorting(th, i === column ? (isDown ? "descending" : "ascending") : null));
  }

  heads.forEach((th, column) => sortButton(th, () => sortBy(column)));
  const rows = bodies.flatMap((each) => each.rows);
  if (rows.length >= FILTERED_FROM && frame.dataset.filter) addFilter(frame, rows, bodies);
}

function addFilter(frame, rows, bodies) {
  const { filter, shown } = frame.dataset;
  const form = document.createElement("div");
  form.className = "mb-filter";
  const input = Object.assign(document.createElement("input"), { type: "search", placeholder: filter, ariaLabel: filter });
  const status = document.createElement("span");
  status.className = "mb-filter__count";
  status.setAttribute("role", "status");
  const texts = rows.map((tr) => plain([...tr.cells].map(words).join("\n")));
  input.addEventListener("input", () => {
    const wanted = plain(input.value).split(/\s+/).filter(Boolean);
    rows.forEach((tr, i) => { tr.hidden = !wanted.every((word) => texts[i].includes(word)); });
    for (const { body, rows: own } of bodies) body.hidden = own.every((tr) => tr.hidden);
    status.textContent = wanted.length
      ? shown.replace("{shown}", rows.filter((tr) => !tr.hidden).length).replace("{total}", rows.length)
      : "";
  });
  form.append(input, " ", status);
  frame.before(form);
}

document$.subscribe(() => {
  for (const frame of document.querySelectorAll(".mb-table[data-filter]")) enhance(frame);
});
