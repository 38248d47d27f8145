// All rows of the table of models: which are wanted, in which order. Of the page it knows nothing.

// As views/compare.py makes what rows are found by.
export const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

export class Data {
  constructor(made) {
    Object.assign(this, made);
    this.size = made.ids.length;
    this.column = new Map(made.columns.map((column) => [column.field, column]));
    this.facet = new Map(made.facets.map((facet) => [facet.field, facet]));
    this.position = new Map(made.ids.map((id, row) => [id, row]));
    for (const column of made.columns) column.remarkable = new Set(column.remarkable);
  }

  // The row that an address means by `llama-2:70b`; by `llama-2` alone, the first of its variants.
  rowOf(id) {
    return this.position.has(id) ? id : this.ids.find((each) => each.startsWith(`${id}:`));
  }

  // The rows that pass all filters, and for each facet how many rows each option has or would have.
  find({ query, ranges, chosen }) {
    const tests = [this.#byText(query), ...Object.entries(ranges).map(([field, range]) => this.#byRange(field, range))];
    const filters = tests.filter(Boolean);
    const facets = this.facets.map((facet) => this.#wanted(facet, chosen[facet.field]));
    const counts = this.facets.map((facet) => new Uint32Array(facet.options.length));
    const rows = [];
    for (let row = 0; row < this.size; row += 1) {
      if (!filters.every((passes) => passes(row))) continue;
      let failed = -1; // the only facet that the row fails; -2 if there are more
      for (let i = 0; i < facets.length && failed !== -2; i += 1) {
        if (facets[i] && !has(this.facets[i].rows[row], facets[i])) failed = failed === -1 ? i : -2;
      }
      if (failed === -1) {
        rows.push(row);
        counts.forEach((count, i) => add(count, this.facets[i].rows[row]));
      } else if (failed >= 0) add(counts[failed], this.facets[failed].rows[row]);
    }
    return { rows, counts: new Map(this.facets.map((facet, i) => [facet.field, counts[i]])) };
  }

  // Rows by a column, `-parameters` from large to small; those without a value last in both directions.
  sort(rows, sorting) {
    const column = this.column.get(sorting.replace(/^-/, ""));
    if (!column) return rows;
    const { known, rows: places } = column;
    const key = sorting.startsWith("-")
      ? (row) => (places[row] < known ? known - places[row] : places[row] + 1)
      : (row) => places[row];
    return [...rows].sort((a, b) => key(a) - key(b) || a - b);
  }

  #byText(query) {
    const words = plain(query).split(/\s+/).filter(Boolean);
    if (!words.length) return null;
    return (row) => words.every((word) => this.names[row].includes(word) || this.texts[this.text[row]].includes(word));
  }

  // Numbers and dates between two bounds; a date is as long as it is known.
  #byRange(field, [from, to]) {
    if (!from && !to) return null;
    const { raw, rows } = this.column.get(field);
    const passes = raw.map((value) => {
      if (value === null) return false;
      if (typeof value === "number") return (!from || value >= from * 1e9) && (!to || value <= to * 1e9);
      const [first, last = first] = value.replace(/[~?]/g, "").split("/");
      return (!from || last >= from.slice(0, last.length)) && (!to || first.slice(0, to.length) <= to);
    });
    return (row) => passes[rows[row]];
  }

  #wanted(facet, ids = []) {
    const wanted = facet.options.map((id) => ids.includes(id));
    return ids.length ? wanted : null;
  }
}

const has = (places, wanted) =>
  (typeof places === "number" ? wanted[places] : places.some((place) => wanted[place]));

function add(count, places) {
  if (typeof places === "number") count[places] += 1;
  else for (const place of places) count[place] += 1;
}
