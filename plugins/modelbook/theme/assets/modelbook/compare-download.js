// What the table of models shows, as a file: CSV for spreadsheets, JSON for programs.

export function save({ data, shown, state }, format) {
  const columns = state.columns.map((field) => data.column.get(field));
  const text = format === "csv" ? csv(data, shown, columns) : json(data, shown, columns);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: format === "csv" ? "text/csv" : "application/json" }));
  link.download = `models.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function json(data, shown, columns) {
  const records = shown.map((row) => Object.fromEntries([
    ["id", data.ids[row]],
    ...columns.map((column) => [column.field, value(column, row)]),
  ]));
  return `${JSON.stringify(records, null, 1)}\n`;
}

// With the mark by which spreadsheets know UTF-8.
function csv(data, shown, columns) {
  const lines = [["id", ...columns.map((column) => column.label)]];
  for (const row of shown) lines.push([data.ids[row], ...columns.map((column) => value(column, row))]);
  return `\ufeff${lines.map((line) => line.map(field).join(",")).join("\r\n")}\r\n`;
}

function field(each) {
  let text = String(each ?? "");
  if (/^[=+\-@＝＋－＠\t\r]/.test(text)) text = `'${text}`; // spreadsheets would run it
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// A number, a date as recorded, words, why there is no value, or nothing if none is recorded yet.
function value(column, row) {
  const place = column.rows[row];
  const missing = column.missing[place - column.known];
  if (missing) return missing === "absent" ? null : missing;
  return column.raw?.[place] ?? text(column, place);
}

function text(column, place) {
  column.texts ??= [];
  if (column.texts[place] === undefined) {
    const template = document.createElement("template");
    template.innerHTML = column.html[place];
    column.texts[place] = template.content.textContent.replace(/\s+/g, " ").trim();
  }
  return column.texts[place];
}
