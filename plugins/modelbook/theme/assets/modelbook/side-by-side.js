// Up to four models beside each other, and what is said of one value: from a file for each model.

const files = new Map();

function fileOf(root, id) {
  const [model] = id.split(":");
  const address = `${root.dataset.models}${model}.json`;
  if (!files.has(address)) {
    const found = fetch(address).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer)));
    found.catch(() => files.delete(address));
    files.set(address, found);
  }
  return files.get(address);
}

// Everything said of a model: [value, sources, what else is to be said, number, is it simply reported?] of each field.
async function factsOf(root, id) {
  const { subjects, values } = await fileOf(root, id);
  const { name, facts } = subjects[id];
  return { name, get: (field) => (field in facts ? values[facts[field]] : null) };
}

export async function details(root, data, id, field) {
  const facts = await factsOf(root, id);
  const column = data.column.get(field);
  const [value, sources, more, , isReported] = facts.get(field) ?? [column.html[column.rows[data.position.get(id)]], "", ""];
  const label = `${facts.name}: ${column.label}`;
  const link = data.column.get("name").html[data.column.get("name").rows[data.position.get(id)]];
  const head = made("p", `${field === "name" ? "" : `${link} · `}`, "mb-detail__head");
  head.append(column.label);
  const status = isReported ? `<span class="mb-missing">${root.dataset.reported}</span>` : "";
  return { label, content: [head, made("p", `<strong>${value}</strong> ${status} ${sources}`), made("div", more)] };
}

function made(tag, html, className = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.innerHTML = html;
  return element;
}

export class SideBySide {
  constructor(root, data, compare) {
    Object.assign(this, { root, data, compare });
    this.section = root.querySelector(".mb-beside");
    this.table = this.section.querySelector("table");
    this.tray = root.querySelector(".mb-tray");
    this.differences = this.section.querySelector("[name=differences]");
    this.differences.addEventListener("change", () =>
      compare.change({ differences: this.differences.checked }));
    this.section.querySelector("[data-back]").addEventListener("click", () => compare.change({ models: [] }));
    this.tray.querySelector(".mb-tray__go").addEventListener("click", () => {
      compare.change({ models: [...compare.ticks] });
      this.section.focus();
    });
  }

  async show(ids) {
    this.section.hidden = !ids.length;
    this.differences.checked = this.compare.state.differences;
    this.table.classList.toggle("mb-beside--differences", this.differences.checked && ids.length > 1);
    if (!ids.length || this.shown === ids.join()) return;
    this.shown = ids.join();
    const models = await Promise.all(ids.map((id) => factsOf(this.root, id)));
    if (this.shown !== ids.join()) return;
    const head = document.createElement("tr");
    head.append(document.createElement("td"), ...ids.map((id, i) => this.#heading(id, models[i])));
    this.table.replaceChildren(made("thead", ""), made("tbody", ""));
    this.table.tHead.append(head);
    this.table.tBodies[0].append(...this.data.columns.slice(1).flatMap((column) => line(column, models)));
  }

  #heading(id, model) {
    const { html, rows } = this.data.column.get("name");
    const th = made("th", html[rows[this.data.position.get(id)]]);
    th.scope = "col";
    th.append(this.#remover(id, model.name, () => {
      const models = this.compare.state.models.filter((each) => each !== id);
      this.compare.ticks = models;
      this.compare.change({ models });
    }));
    return th;
  }

  #remover(id, name, act) {
    const button = made("button", "×", "mb-remove");
    button.type = "button";
    button.ariaLabel = this.root.dataset.untick.replace("{name}", name);
    button.addEventListener("click", act);
    return button;
  }

  showTray(ids, isBeside) {
    this.tray.hidden = isBeside || !ids.length;
    this.tray.querySelector(".mb-tray__go").disabled = ids.length < 2;
    const { html, rows } = this.data.column.get("name");
    this.tray.querySelector("ul").replaceChildren(...ids.map((id) => {
      const item = made("li", html[rows[this.data.position.get(id)]]);
      item.append(this.#remover(id, item.textContent, () => this.compare.tick(id)));
      return item;
    }));
  }
}

function line(column, models) {
  const values = models.map((model) => model.get(column.field));
  if (!values.some(Boolean)) return [];
  const numbers = values.map((value) => (typeof value?.[3] === "number" ? value[3] : null));
  const known = numbers.filter((number) => number !== null);
  const most = known.length > 1 ? Math.max(...known) : 0;
  const tr = document.createElement("tr");
  const th = made("th", "");
  th.scope = "row";
  th.textContent = column.label;
  tr.append(th, ...values.map((value, i) => {
    const absent = column.html[column.known + column.missing.indexOf("absent")] ?? "—";
    const [html, sources, more] = value ?? [absent, "", ""];
    const td = made("td", `${html} ${sources}`);
    if (most && numbers[i] !== null) td.append(bar(numbers[i] / most));
    if (more) td.append(made("div", more, "mb-remark"));
    return td;
  }));
  tr.classList.toggle("mb-differs", new Set(values.map((value) => value?.[0] ?? "")).size > 1);
  return [tr];
}

function bar(share) {
  const element = made("div", "", "mb-bar");
  element.ariaHidden = "true";
  element.style.setProperty("--mb-share", `${100 * share}%`);
  return element;
}
