// The table of all models: what is looked for, sorted, shown, ticked and downloaded; all of it stands in the address.

import { Data } from "./compare-data.js";
import { Rows } from "./compare-rows.js";
import { SideBySide, details } from "./side-by-side.js";
import { sortButton, showSorting } from "./tables.js";

const RANGES = ["parameters", "released"];
const MOST = 4;

class Compare {
  constructor(root, data) {
    Object.assign(this, { root, data, ticks: [] });
    this.form = root.querySelector(".mb-compare__bar");
    this.region = root.querySelector(".mb-compare__table");
    this.shownByDefault = [...this.region.querySelectorAll("thead th")].map((_, i) => data.columns[i].field);
    this.rows = new Rows(this.region, data, {
      open: (cell, row, field) => this.open(cell, row, field),
      tick: (row) => this.tick(data.ids[row]),
      ticked: (row) => this.ticks.includes(data.ids[row]),
      say: (name) => root.dataset.tick.replace("{name}", name),
    });
    this.beside = new SideBySide(root, data, this);
    this.readAddress();
    this.listen();
    this.form.hidden = false;
    root.querySelector(".mb-compare__rest")?.remove();
    this.update();
  }

  // --- the address ---------------------------------------------------------------

  readAddress() {
    const given = new URLSearchParams(location.search);
    const list = (name) => (given.get(name) ?? "").split(",").filter(Boolean);
    const columns = list("columns").filter((field) => this.data.column.has(field));
    this.state = {
      query: given.get("find") ?? "",
      sorting: given.get("sort") ?? "",
      columns: columns.length ? ["name", ...columns.filter((field) => field !== "name")] : this.shownByDefault,
      ranges: Object.fromEntries(RANGES.map((field) => [field, (given.get(field) ?? "").split("..")])),
      chosen: Object.fromEntries(this.data.facets.map((facet) =>
        [facet.field, list(facet.field).filter((id) => facet.options.includes(id))])),
      models: [...new Set(list("m").map((id) => this.data.rowOf(id)).filter(Boolean))].slice(0, MOST),
      differences: given.has("differences"),
    };
    if (this.state.models.length) this.ticks = [...this.state.models];
  }

  get parameters() {
    const { query, sorting, columns, ranges, chosen, models, differences } = this.state;
    const said = new URLSearchParams();
    const say = (name, value) => value && said.set(name, value);
    say("find", query);
    for (const [field, ids] of Object.entries(chosen)) say(field, ids.join());
    for (const [field, range] of Object.entries(ranges)) say(field, range.some(Boolean) && range.join(".."));
    say("sort", sorting);
    say("columns", columns.join() !== this.shownByDefault.join() && columns.slice(1).join());
    say("m", models.join());
    say("differences", differences && "yes");
    return said.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  }

  // `isStep` makes a step that the back button takes back.
  change(changes, isStep = true) {
    Object.assign(this.state, changes);
    const address = location.pathname + (this.parameters && `?${this.parameters}`);
    if (isStep) history.pushState(history.state, "", address);
    else history.replaceState(history.state, "", address);
    this.update();
  }

  // --- what is shown -------------------------------------------------------------

  update() {
    const { query, sorting, columns, ranges, chosen, models } = this.state;
    const isBeside = models.length > 0;
    this.form.hidden = this.region.hidden = isBeside;
    this.beside.show(models);
    this.showTicks();
    if (isBeside) return;
    const found = this.data.find(this.state);
    this.shown = this.data.sort(found.rows, sorting);
    this.showHead();
    this.rows.show(this.shown, columns);
    this.counts = found.counts;
    const isFiltered = Boolean(query) || [...Object.values(ranges), ...Object.values(chosen)].some((each) => each.some(Boolean));
    this.form.querySelector("[type=reset]").hidden = !isFiltered;
    const { shown, all } = this.root.dataset;
    this.form.querySelector("[role=status]").textContent = (isFiltered ? shown : all)
      .replace("{shown}", this.shown.length).replace("{total}", this.data.size);
    this.showForm();
  }

  showHead() {
    const head = this.region.querySelector("thead tr");
    const wanted = this.state.columns.join();
    if (this.head !== wanted) {
      this.head = wanted;
      head.replaceChildren(...this.state.columns.map((field) => {
        const { label, numeric } = this.data.column.get(field);
        const th = document.createElement("th");
        th.scope = "col";
        th.className = numeric ? "mb-number" : "";
        th.textContent = label;
        sortButton(th, () => this.change({ sorting: this.state.sorting === field ? `-${field}` : field }));
        return th;
      }));
    }
    [...head.cells].forEach((th, i) => {
      const field = this.state.columns[i];
      showSorting(th, this.state.sorting === field ? "ascending" : this.state.sorting === `-${field}` ? "descending" : null);
    });
  }

  showForm() {
    const { query, ranges } = this.state;
    const input = this.form.elements.q;
    if (input.value !== query) input.value = query;
    for (const field of RANGES) {
      ["from", "to"].forEach((end, i) => { this.form.elements[`${field}-${end}`].value = ranges[field][i] ?? ""; });
    }
    for (const details of this.form.querySelectorAll("[data-facet]")) this.showFacet(details);
  }

  showFacet(details) {
    const name = details.dataset.facet;
    const count = details.querySelector(".mb-facet__count");
    const facet = name === "columns" ? this.columnFacet() : this.data.facet.get(name);
    const chosen = this.chosen(name);
    count.textContent = (name === "columns" ? this.head !== this.shownByDefault.join() : chosen.length) ? chosen.length : "";
    if (!facet && !RANGES.includes(name)) details.hidden = true;
    if (!facet || !details.open) return;
    const panel = details.querySelector(".mb-facet__panel");
    if (!panel.children.length) panel.append(...facet.options.map((id, i) => option(name, id, facet.labels[i])));
    const counts = this.counts.get(name);
    [...panel.children].forEach((label, i) => {
      label.firstChild.checked = chosen.includes(facet.options[i]);
      if (!counts) return;
      label.lastChild.textContent = counts[i];
      label.classList.toggle("mb-option--none", !counts[i] && !label.firstChild.checked);
    });
  }

  chosen(name) {
    if (name === "columns") return this.state.columns;
    return RANGES.includes(name) ? this.state.ranges[name].filter(Boolean) : this.state.chosen[name] ?? [];
  }

  columnFacet() {
    const columns = this.data.columns.slice(1);
    return { options: columns.map((each) => each.field), labels: columns.map((each) => each.label) };
  }

  // --- what the reader does ------------------------------------------------------

  listen() {
    const { form, root } = this;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", (event) => {
      const { name, value, type } = event.target;
      if (name === "q") this.change({ query: value }, false);
      else if (type !== "checkbox") this.changeRange(name);
    });
    form.addEventListener("change", (event) => {
      if (event.target.type === "checkbox") this.choose(event.target);
    });
    form.addEventListener("reset", (event) => {
      event.preventDefault();
      const empty = (each) => Object.fromEntries(Object.keys(each).map((key) => [key, []]));
      this.change({ query: "", ranges: empty(this.state.ranges), chosen: empty(this.state.chosen) });
      form.elements.q.focus();
    });
    form.addEventListener("toggle", (event) => event.target.open && this.showFacet(event.target), true);
    form.addEventListener("keydown", (event) => {
      const open = event.key === "Escape" && event.target.closest("details[open]");
      if (!open) return;
      open.open = false;
      open.querySelector("summary").focus();
    });
    root.addEventListener("click", (event) => {
      for (const open of form.querySelectorAll("details[open]")) if (!open.contains(event.target)) open.open = false;
      const button = event.target.closest("button");
      if (button?.dataset.download) import("./compare-download.js").then(({ save }) => save(this, button.dataset.download));
      else if (button && "copy" in button.dataset) copyLink(button, root.dataset.copied);
    });
    const restore = () => {
      if (!root.isConnected) return removeEventListener("popstate", restore);
      this.readAddress();
      return this.update();
    };
    addEventListener("popstate", restore);
  }

  changeRange(name) {
    const [field] = name.split("-");
    const ends = ["from", "to"].map((end) => this.form.elements[`${field}-${end}`].value);
    this.change({ ranges: { ...this.state.ranges, [field]: ends } }, false);
  }

  choose(box) {
    const { name, value } = box;
    if (name === "columns") {
      const wanted = new Set(this.state.columns);
      if (box.checked) wanted.add(value);
      else wanted.delete(value);
      this.change({ columns: this.data.columns.map((column) => column.field).filter((field) => wanted.has(field)) });
    } else {
      const ids = this.state.chosen[name].filter((id) => id !== value);
      this.change({ chosen: { ...this.state.chosen, [name]: box.checked ? [...ids, value] : ids } });
    }
  }

  async open(cell, row, field) {
    const panel = this.root.querySelector(".mb-detail");
    if (!panel.showPopover) return;
    const made = await details(this.root, this.data, this.data.ids[row], field);
    panel.ariaLabel = made.label;
    panel.replaceChildren(...made.content);
    panel.showPopover();
    const at = cell.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    const isBelow = at.bottom + panel.offsetHeight < clientHeight || at.top < panel.offsetHeight;
    panel.style.left = `${Math.max(8, Math.min(at.left, clientWidth - panel.offsetWidth - 8))}px`;
    panel.style.top = `${isBelow ? Math.min(at.bottom, clientHeight - panel.offsetHeight - 8) : at.top - panel.offsetHeight}px`;
    panel.tabIndex = -1;
    panel.focus();
  }

  // --- ticks ---------------------------------------------------------------------

  tick(id) {
    this.ticks = this.ticks.includes(id) ? this.ticks.filter((each) => each !== id) : [...this.ticks, id].slice(0, MOST);
    this.rows.refresh();
    this.showTicks();
  }

  showTicks() {
    this.beside.showTray(this.ticks, this.state.models.length > 0);
  }
}

function option(name, id, text) {
  const label = document.createElement("label");
  const box = Object.assign(document.createElement("input"), { type: "checkbox", name, value: id });
  const said = document.createElement("span");
  said.textContent = text;
  const count = document.createElement("span");
  count.className = "mb-option__count";
  label.append(box, said, count);
  return label;
}

async function copyLink(button, copied) {
  await navigator.clipboard.writeText(location.href);
  const { textContent } = button;
  if (textContent === copied) return;
  button.textContent = copied;
  setTimeout(() => { button.textContent = textContent; }, 2000);
}

async function start(root) {
  const answer = await fetch(root.dataset.rows);
  if (!answer.ok) root.querySelector(".mb-first").classList.remove("mb-first");
  else if (root.isConnected) new Compare(root, new Data(await answer.json()));
}

document$.subscribe(() => {
  const root = document.querySelector(".mb-compare");
  if (root) start(root);
});
