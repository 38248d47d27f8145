// The timeline: filters, other lanes, a year by itself, all said in the address.
// Draws by the rules of views/lanes.py. Without this script picture and list are whole.

const SINGLE = ["organization", "modality", "openness", "importance", "year", "lanes"];
const MOST_LANES = 12;
const ROW = 13, RADIUS = 7, AXIS = 24, PADDING = 6, LABEL_GAP = 3, GAP = 2, SIZE = 12;
const LONGEST_LABEL = 165, NAMES = 108, ZOOMED = 1400;
const FEW = 150; // so many entries are shown unfolded
const DAY = 864e5;

const round = (number) => Math.round(number * 10) / 10;
const count = (keys) => keys.reduce((counts, key) => counts.set(key, (counts.get(key) ?? 0) + 1), new Map());

const isWide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\uff60]/;
const textWidth = (text) => SIZE * [...text].reduce((sum, each) => sum + (isWide.test(each) ? 1 : 0.56), 0);

function shortened(text, width) {
  if (textWidth(text) <= width) return text;
  let kept = [...text];
  while (kept.length && textWidth(`${kept.join("")}…`) > width) kept.pop();
  return `${kept.join("").trimEnd()}…`;
}

function svg(name, attributes, text) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text) element.textContent = text;
  return element;
}

// The first row in which each span meets none before it.
function pack(spans) {
  const rows = [];
  return spans.map(([start, end]) => {
    let number = rows.findIndex((row) => row.every(([from, to]) => end + GAP <= from || start >= to + GAP));
    if (number < 0) number = rows.push([]) - 1;
    rows[number].push([start, end]);
    return number;
  });
}

// The first day and the day behind the last, in days.
function daysOf(written) {
  const [year, month, day] = written.split("-").map(Number);
  const over = day ? [year, month - 1, day + 1] : month ? [year, month, 1] : [year + 1, 0, 1];
  return [Date.UTC(year, (month ?? 1) - 1, day ?? 1) / DAY, Date.UTC(...over) / DAY];
}

function read(item, mark) {
  const { dateTime } = item.querySelector("time");
  const [first, over] = daysOf(dateTime);
  const { organization = "", modality = "", openness = "", family = "", type, importance, until } = item.dataset;
  return {
    item, mark, type, importance: Number(importance), year: dateTime.slice(0, 4),
    first, over: until ? daysOf(until)[1] : over, isDay: dateTime.length > 7 && !until,
    organization: organization.split(" "), modality: modality.split(" "), openness: openness.split(" "),
    family: family.split(" "),
    name: item.querySelector(".mb-event__title").textContent.trim(), isNamed: Boolean(mark.querySelector("text")),
  };
}

class Timeline {
  constructor(view) {
    this.view = view;
    this.form = view.querySelector(".mb-facets");
    this.status = view.querySelector("[role=status]");
    this.region = view.querySelector(".mb-lanes__region");
    this.drawing = view.querySelector(".mb-lanes__drawing");
    this.names = view.querySelector(".mb-lanes__names");
    this.lines = [...view.querySelectorAll(".mb-lanes__lines path")];
    this.entries = [...view.querySelectorAll("a.mb-mark")].map((mark) =>
      read(document.getElementById(mark.href.baseVal.slice(1)), mark));
    this.byId = new Map(this.entries.map((entry) => [entry.item.id, entry]));
    this.years = [...document.querySelectorAll("article .mb-year")].map((element) => {
      const id = `y${element.dataset.year}`, fold = element.querySelector(":scope > details");
      const link = view.querySelector(`.mb-years a[href$="#${id}"]`);
      return { element, title: document.getElementById(id), fold, link, wasOpen: fold?.open };
    });
    this.laneNames = JSON.parse(view.dataset.lanes);
    this.month = new Intl.DateTimeFormat(view.closest("[lang]").lang, { month: "short", timeZone: "UTC" });
    this.form.hidden = false;
    this.listen();
    this.fill(new URLSearchParams(location.search));
    if (this.isAsked || this.state.lanes) this.apply();
    this.scroll();
    this.reveal();
  }

  listen() {
    this.form.addEventListener("change", () => this.change());
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("reset", (event) => {
      event.preventDefault();
      this.fill(new URLSearchParams());
      this.change();
      this.form.elements.year.focus();
    });
    this.drawing.addEventListener("keydown", (event) => this.step(event));
    for (const [event, isOn] of [["pointerover", true], ["focusin", true], ["pointerout", false], ["focusout", false]]) {
      this.drawing.addEventListener(event, ({ target }) => this.highlight(isOn && target.closest(".mb-mark")));
    }
    this.drawing.addEventListener("click", (event) => {
      const year = event.target.closest(".mb-lanes__ticks a")?.href.baseVal.slice(2);
      if (!year) return;
      event.preventDefault();
      this.form.elements.year.value = this.state.year === year ? "" : year;
      this.change();
    });
  }

  // --- what is asked for -------------------------------------------------------------

  get isAsked() {
    return Object.entries(this.state).some(([name, value]) => name !== "lanes" && value.length);
  }

  fill(address) {
    for (const name of SINGLE) {
      const select = this.form.elements[name];
      const value = address.get(name) ?? "";
      select.value = [...select.options].some((option) => option.value === value) ? value : "";
    }
    const types = (address.get("type") ?? "").split(",");
    for (const box of this.form.querySelectorAll("[name=type]")) box.checked = types.includes(box.value);
    this.readForm();
  }

  readForm() {
    const types = [...this.form.querySelectorAll("[name=type]:checked")].map((box) => box.value);
    this.state = { type: types, ...Object.fromEntries(SINGLE.map((name) => [name, this.form.elements[name].value])) };
  }

  change() {
    this.readForm();
    const url = new URL(location.href);
    for (const [name, value] of Object.entries(this.state)) {
      if (value.length) url.searchParams.set(name, value);
      else url.searchParams.delete(name);
    }
    url.search = url.search.replaceAll("%2C", ",");
    url.hash = "";
    history.pushState(history.state, "", url);
    this.apply();
  }

  matches(entry) {
    const { type, importance, year } = this.state;
    return (!type.length || type.includes(entry.type)) && (!importance || entry.importance <= importance)
      && (!year || entry.year === year)
      && ["organization", "modality", "openness"].every((name) => !this.state[name] || entry[name].includes(this.state[name]));
  }

  apply() {
    const shown = this.entries.filter((entry) => this.matches(entry));
    const before = this.shown ?? this.entries;
    this.draw(shown);
    if (shown.length !== before.length || shown.some((entry, i) => entry !== before[i])) {
      this.list(new Set(shown));
      this.scroll();
    }
    this.form.classList.toggle("is-filtered", this.isAsked || Boolean(this.state.lanes));
    this.status.textContent =
      this.view.dataset.shown.replace("{shown}", shown.length).replace("{total}", this.entries.length);
  }

  // The newest years are the busiest.
  scroll() {
    this.region.scrollLeft = this.state.year ? 0 : this.region.scrollWidth;
  }

  // --- the list ----------------------------------------------------------------------

  list(shown) {
    const isFew = this.isAsked && (this.state.year || shown.size <= FEW);
    for (const entry of this.entries) entry.item.hidden = !shown.has(entry);
    for (const { element, title, fold, link, wasOpen } of this.years) {
      const held = (part) => part.querySelectorAll(".mb-event:not([hidden])").length;
      for (const part of element.querySelectorAll(".mb-month, .mb-variants")) {
        part.hidden = !held(part);
        if (part.matches("details")) part.querySelector(".mb-count").textContent = held(part);
      }
      const number = held(element);
      title.hidden = element.hidden = !number;
      title.classList.add("mb-year-title");
      link.querySelector(".mb-count").textContent = number;
      link.hidden = !number;
      if (!fold) continue;
      fold.querySelector(".mb-count").textContent = number;
      fold.open = isFew ? number > 0 : wasOpen;
    }
  }

  // What an address leads to is unfolded, and shown again if it is filtered out.
  reveal() {
    const target = this.byId.get(decodeURIComponent(location.hash.slice(1)))?.item;
    if (!target) return;
    if (target.hidden) {
      this.fill(new URLSearchParams());
      this.change();
      history.replaceState(history.state, "", `#${target.id}`);
    }
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    target.scrollIntoView();
    requestAnimationFrame(() => target.scrollIntoView()); // what came into view may be higher than it was taken for
  }

  // --- the picture -------------------------------------------------------------------

  // Where years begin: busy ones are wider; a year by itself has all the room.
  knots(shown) {
    if (this.state.year) return [[Number(this.state.year), 0], [Number(this.state.year) + 1, ZOOMED]];
    const counts = count(shown.map((entry) => Number(entry.year)));
    for (const { over } of shown) {
      const last = new Date((over - 1) * DAY).getUTCFullYear();
      if (!counts.has(last)) counts.set(last, 0);
    }
    this.drawn = [...counts.keys()].sort((one, other) => one - other);
    const widths = this.drawn.map((year) => Math.min(Math.max(48, 6 * counts.get(year)), 560));
    const factor = Math.max(1, 640 / widths.reduce((sum, width) => sum + width, 0));
    const knots = [];
    let x = 0;
    this.drawn.forEach((year, i) => {
      const after = this.drawn[i - 1] + 1;
      if (after < year) {
        knots.push([after, x]);
        x += 24;
      }
      knots.push([year, x]);
      x += Math.round(widths[i] * factor);
    });
    return [...knots, [(this.drawn.at(-1) ?? 0) + 1, x]];
  }

  // Where a day is.
  scale(knots) {
    const days = knots.map(([year]) => Date.UTC(year, 0, 1) / DAY);
    return (day) => {
      let spot = 0;
      while (spot < knots.length - 2 && day >= days[spot + 1]) spot += 1;
      const [[, start], [, end]] = [knots[spot], knots[spot + 1]];
      return start + ((day - days[spot]) / (days[spot + 1] - days[spot])) * (end - start);
    };
  }

  lanes(shown) {
    const sort = this.state.lanes || "organization";
    const counts = count(shown.map((entry) => entry[sort][0]).filter(Boolean));
    let keys = [...counts.keys()].sort((one, other) => counts.get(other) - counts.get(one) || (one < other ? -1 : 1));
    if (keys.length > MOST_LANES + 1) keys = keys.slice(0, MOST_LANES);
    const members = new Map([...keys, ""].map((key) => [key, []]));
    for (const entry of shown) (members.get(entry[sort][0]) ?? members.get("")).push(entry);
    return [...members].filter(([, held]) => held.length).map(([key, held]) => ({ name: this.laneNames[sort][key], held }));
  }

  // Places an entry from left to right; says from where to where it reaches.
  spot(entry, place) {
    let start = place(entry.first), end = place(entry.over);
    const x = entry.x = round((start + end) / 2);
    if (entry.isDay) start = end = x;
    entry.span = [round(start - x), round(end - x)];
    entry.label = entry.isNamed || (this.state.year && entry.importance < 3) ? shortened(entry.name, LONGEST_LABEL) : "";
    const right = Math.max(end, x + RADIUS);
    return [Math.min(start, x - RADIUS), entry.label ? right + LABEL_GAP + textWidth(entry.label) : right];
  }

  draw(shown) {
    const knots = this.knots(shown);
    const place = this.scale(knots);
    const stripes = [], names = [];
    let top = AXIS, width = knots.at(-1)[1];
    for (const { name, held } of this.lanes(shown)) {
      const spans = held.map((entry) => this.spot(entry, place));
      const rows = pack(spans);
      held.forEach((entry, i) => {
        entry.y = top + PADDING + (rows[i] + 0.5) * ROW;
        width = Math.max(width, Math.ceil(spans[i][1]));
      });
      const height = 2 * PADDING + (Math.max(...rows) + 1) * ROW;
      names.push(svg("text", { x: 0, y: top + 16 }, shortened(name, NAMES)));
      stripes.push(svg("rect", { y: top, height }));
      top += height;
    }
    for (const stripe of stripes) stripe.setAttribute("width", width);
    this.drawing.querySelector(".mb-lanes__stripes").replaceChildren(...stripes);
    this.names.replaceChildren(...names);
    for (const [element, across] of [[this.drawing, width], [this.names, NAMES]]) {
      element.setAttribute("height", top);
      element.setAttribute("width", across);
    }
    this.drawTicks(place, top);
    const isShown = new Set(shown);
    for (const entry of this.entries) this.drawMark(entry, isShown.has(entry));
    this.drawLines(isShown);
    this.shown = shown;
  }

  drawMark({ mark, x, y, span, label }, isShown) {
    mark.style.display = isShown ? "" : "none";
    mark.setAttribute("tabindex", -1);
    if (!isShown) return;
    mark.setAttribute("transform", `translate(${x} ${y})`);
    const bar = mark.querySelector("rect");
    bar?.setAttribute("x", span[0]);
    bar?.setAttribute("width", round(span[1] - span[0]));
    mark.querySelector("text")?.remove();
    if (label) mark.append(svg("text", { x: Math.max(span[1], RADIUS) + LABEL_GAP, y: 4 }, label));
  }

  drawLines(shown) {
    for (const line of this.lines) {
      const [base, other] = [line.dataset.from, line.dataset.to].map((id) => this.byId.get(id));
      const isShown = shown.has(base) && shown.has(other);
      const middle = round((base.x + other.x) / 2);
      line.setAttribute("d", isShown
        ? `M${base.x} ${base.y}C${middle} ${base.y - 9} ${middle} ${other.y - 9} ${other.x} ${other.y}` : "");
    }
    const first = this.entries.find((entry) => shown.has(entry));
    first?.mark.setAttribute("tabindex", 0);
  }

  drawTicks(place, height) {
    const ticks = [];
    const tick = (day, text, year) => {
      const x = round(place(day));
      const link = svg("a", { tabindex: -1 });
      link.setAttributeNS("http://www.w3.org/1999/xlink", "xlink:href", `#y${year}`);
      link.append(svg("text", { x: x + 5, y: 16 }, text));
      ticks.push(svg("path", { d: `M${x} 6V${height}` }), link);
    };
    const { year } = this.state;
    if (year) {
      for (let month = 0; month < 12; month += 1) {
        const time = Date.UTC(year, month, 1);
        tick(time / DAY, month ? this.month.format(time) : year, year);
      }
    } else {
      for (const each of this.drawn) tick(Date.UTC(each, 0, 1) / DAY, each, each);
    }
    this.drawing.querySelector(".mb-lanes__ticks").replaceChildren(...ticks);
  }

  // The mark that is pointed to, and what it derives from and what derives from it.
  highlight(mark) {
    const related = new Set();
    const follow = (id, from, to) => {
      for (const line of this.lines) {
        if (line.dataset[from] !== id || related.has(line)) continue;
        related.add(line);
        follow(line.dataset[to], from, to);
      }
    };
    const id = mark ? mark.href.baseVal.slice(1) : "";
    if (mark) follow(id, "from", "to");
    if (mark) follow(id, "to", "from");
    const ids = new Set([id, ...[...related].flatMap((line) => [line.dataset.from, line.dataset.to])]);
    for (const line of this.lines) line.classList.toggle("is-on", related.has(line));
    for (const entry of this.entries) entry.mark.classList.toggle("is-on", ids.has(entry.item.id));
    this.drawing.classList.toggle("has-focus", related.size > 0);
  }

  // Arrows lead along time, and to the nearest mark above or below.
  step(event) {
    const shown = this.shown ?? this.entries;
    const here = shown.find((entry) => entry.mark === event.target);
    const { key } = event;
    if (!here || !/^(Arrow(Left|Right|Up|Down)|Home|End)$/.test(key)) return;
    event.preventDefault();
    const at = shown.indexOf(here);
    let next = { Home: shown[0], End: shown.at(-1), ArrowLeft: shown[at - 1], ArrowRight: shown[at + 1] }[key];
    if (/Up|Down/.test(key)) {
      const middle = (entry) => {
        const box = entry.mark.querySelector("path").getBoundingClientRect();
        return [box.x + box.width / 2, box.y + box.height / 2];
      };
      const [x, y] = middle(here);
      const sign = key === "ArrowDown" ? 1 : -1;
      let least = Infinity;
      for (const entry of shown) {
        const [across, down] = middle(entry);
        const far = Math.abs(across - x) + 4 * Math.abs(down - y);
        if ((down - y) * sign > 1 && far < least) [least, next] = [far, entry];
      }
    }
    if (!next) return;
    here.mark.setAttribute("tabindex", -1);
    next.mark.setAttribute("tabindex", 0);
    next.mark.focus();
    next.mark.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

let timeline = null;

addEventListener("popstate", () => {
  if (!timeline?.view.isConnected) return;
  const before = JSON.stringify(timeline.state);
  timeline.fill(new URLSearchParams(location.search));
  if (JSON.stringify(timeline.state) !== before) timeline.apply(); // not for an anchor
});

addEventListener("hashchange", () => timeline?.view.isConnected && timeline.reveal());

document$.subscribe(() => {
  const view = document.querySelector(".mb-timeline-view");
  timeline = view && new Timeline(view);
});
