// The rows of the table of models: only those near what is seen are in the page; arrow keys go from cell to cell.

const WHOLE_UP_TO = 100;
const BEYOND = 8; // rows above and below what is seen

const MOVES = {
  ArrowUp: (at) => [at.row - 1, at.column],
  ArrowDown: (at) => [at.row + 1, at.column],
  ArrowLeft: (at) => [at.row, at.column - 1],
  ArrowRight: (at) => [at.row, at.column + 1],
  PageUp: (at) => [at.row - 10, at.column],
  PageDown: (at) => [at.row + 10, at.column],
  Home: (at, event) => [event.ctrlKey ? 0 : at.row, 0],
  End: (at, event) => [event.ctrlKey ? Infinity : at.row, Infinity],
};

export class Rows {
  // `open(cell, row, field)` shows more of a cell, `tick(row)` ticks a row, `ticked(row)` says whether it is.
  constructor(region, data, hooks) {
    Object.assign(this, { region, data, hooks, order: [], columns: [], at: { row: 0, column: 0 }, made: new Map() });
    this.table = region.querySelector("table");
    this.body = this.table.tBodies[0];
    this.above = gap();
    this.below = gap();
    this.table.setAttribute("role", "grid");
    region.removeAttribute("tabindex"); // its cells take the focus
    region.addEventListener("scroll", () => this.#later(), { passive: true });
    new ResizeObserver(() => this.#later()).observe(region);
    this.body.addEventListener("keydown", (event) => this.#pressed(event));
    this.body.addEventListener("click", (event) => this.#clicked(event));
    addEventListener("beforeprint", () => this.region.isConnected && this.paint(true));
    addEventListener("afterprint", () => this.region.isConnected && this.paint());
  }

  show(order, columns) {
    if (columns.join() !== this.columns.map((column) => column.field).join()) this.made.clear();
    this.columns = columns.map((field) => this.data.column.get(field));
    this.order = order;
    this.at = { row: 0, column: 0 };
    this.table.setAttribute("aria-rowcount", order.length + 1);
    this.region.scrollTop = 0;
    this.body.replaceChildren();
    this.body.classList.remove("mb-first");
    this.paint();
  }

  // Puts the rows near what is seen into the page; those that stay are left alone, and so is the focus.
  paint(isWhole = false) {
    const total = this.order.length;
    const height = this.height ?? 40;
    const isAll = isWhole || total <= WHOLE_UP_TO;
    const seen = Math.floor(this.region.scrollTop / height);
    const first = isAll ? 0 : Math.max(0, Math.min(seen - BEYOND, total - 1));
    const last = isAll ? total : Math.min(total, seen + Math.ceil(this.region.clientHeight / height) + BEYOND);
    const wanted = this.order.slice(first, last);
    const keep = new Set(wanted);
    for (const tr of [...this.body.rows]) if (!keep.has(tr.row)) tr.remove();
    let next = this.body.firstElementChild;
    wanted.forEach((row, i) => {
      if (next?.row === row) next = next.nextElementSibling;
      else {
        const tr = this.#make(row);
        tr.ariaRowIndex = first + i + 2;
        this.body.insertBefore(tr, next);
      }
    });
    stretch(this.above, first * height);
    stretch(this.below, (total - last) * height);
    this.body.prepend(this.above);
    this.body.append(this.below);
    this.#markCurrent();
    if (!this.height && wanted.length) {
      this.height = this.#at(0)?.getBoundingClientRect().height;
      if (!isAll) this.paint();
    }
  }

  // After rows were ticked elsewhere.
  refresh() {
    for (const [row, tr] of this.made) tr.querySelector("input").checked = this.hooks.ticked(row);
  }

  #make(row) {
    const known = this.made.get(row);
    if (known) return known;
    const tr = document.createElement("tr");
    tr.row = row;
    tr.innerHTML = this.columns.map((column, i) => {
      const classes = [column.numeric && "mb-number", column.remarkable.has(row) && "mb-noted"].filter(Boolean).join(" ");
      const html = column.html[column.rows[row]];
      return i
        ? `<td tabindex="-1" class="${classes}">${html}</td>`
        : `<th scope="row" tabindex="-1"><input type="checkbox" tabindex="-1">${html}</th>`;
    }).join("");
    for (const link of tr.querySelectorAll("a")) link.tabIndex = -1;
    const box = tr.querySelector("input");
    box.checked = this.hooks.ticked(row);
    box.ariaLabel = this.hooks.say(tr.cells[0].textContent);
    this.made.set(row, tr);
    return tr;
  }

  #at(position) {
    return [...this.body.rows].find((tr) => tr.row === this.order[position]);
  }

  #markCurrent() {
    const cell = this.#at(this.at.row)?.cells[this.at.column] ?? this.body.querySelector("th");
    if (cell === this.current) return;
    if (this.current) this.current.tabIndex = -1;
    if (cell) cell.tabIndex = 0;
    this.current = cell;
  }

  #later() {
    if (this.isWaiting) return;
    this.isWaiting = true;
    requestAnimationFrame(() => {
      this.isWaiting = false;
      if (this.region.isConnected && this.region.clientHeight) this.paint();
    });
  }

  #go(row, column) {
    this.at = {
      row: Math.max(0, Math.min(row, this.order.length - 1)),
      column: Math.max(0, Math.min(column, this.columns.length - 1)),
    };
    if (!this.#at(this.at.row)) {
      this.region.scrollTop = Math.max(0, (this.at.row - 3) * this.height);
      this.paint();
    }
    this.#markCurrent();
    this.current?.focus();
  }

  #locate(cell) {
    return { row: this.order.indexOf(cell.parentElement.row), column: cell.cellIndex };
  }

  #pressed(event) {
    const cell = event.target.closest("td, th");
    if (!cell || event.target !== cell) return;
    this.at = this.#locate(cell);
    if (MOVES[event.key]) this.#go(...MOVES[event.key](this.at, event));
    else if (event.key === "Enter") this.#open(cell);
    else if (event.key === " ") this.#tick(cell.parentElement);
    else return;
    event.preventDefault();
  }

  #clicked(event) {
    const cell = event.target.closest("td, th");
    if (!cell || event.target.closest("a") || getSelection().toString()) return;
    if (event.target.closest("input")) this.#tick(cell.parentElement);
    else {
      this.at = this.#locate(cell);
      this.#markCurrent();
      this.#open(cell);
    }
  }

  #open(cell) {
    this.hooks.open(cell, cell.parentElement.row, this.columns[cell.cellIndex].field);
  }

  #tick(tr) {
    this.hooks.tick(tr.row);
    tr.querySelector("input").checked = this.hooks.ticked(tr.row);
  }
}

function gap() {
  const tr = document.createElement("tr");
  tr.className = "mb-gap";
  tr.ariaHidden = "true";
  return tr;
}

function stretch(tr, height) {
  tr.hidden = height <= 0;
  tr.style.height = `${height}px`;
}
