// The picture of all family trees: a model in focus stands out with its ancestors and descendants,
// and is in the address (?focus=llama-2). Without scripts its marks are links to the pages of models.

const LINK = "svg a";
const idOf = (link) => link.id.slice("lineage-".length);

function reach(id, steps) {
  const found = new Set();
  const waiting = [id];
  while (waiting.length) {
    for (const next of steps.get(waiting.pop()) ?? []) {
      if (next !== id && !found.has(next)) {
        found.add(next);
        waiting.push(next);
      }
    }
  }
  return found;
}

function enliven(root) {
  const picture = root.querySelector(".mb-tree-picture");
  const form = root.querySelector(".mb-lineage__focus");
  const [input, said, clear, page] = ["input", "[role=status]", "button", "a"].map((one) => form.querySelector(one));
  const links = new Map([...picture.querySelectorAll(LINK)].map((link) => [idOf(link), link]));
  const names = new Map([...links].map(([id, link]) => [id, link.querySelector("text").textContent]));
  const branches = [...picture.querySelectorAll("[data-a]")];
  const bases = new Map();
  const derivatives = new Map();
  const add = (map, key, value) => map.has(key) ? map.get(key).push(value) : map.set(key, [value]);
  for (const { dataset: { a, b } } of branches) {
    add(bases, b, a);
    add(derivatives, a, b);
  }
  const order = [...links.values()]
    .map((link) => [link, link.querySelector("text")])
    .map(([link, text]) => [link, +text.getAttribute("y"), +text.getAttribute("x")])
    .sort((a, b) => a[1] - b[1] || a[2] - b[2])
    .map(([link]) => link);
  let pinned = null;

  const show = (id) => {
    picture.classList.toggle("mb-tree-picture--focused", id !== null);
    const above = id === null ? new Set() : reach(id, bases);
    const below = id === null ? new Set() : reach(id, derivatives);
    for (const [each, link] of links) {
      link.classList.toggle("mb-on", each === id || above.has(each) || below.has(each));
      link.classList.toggle("mb-in-focus", each === id);
    }
    for (const branch of branches) {
      const { a, b } = branch.dataset;
      branch.classList.toggle("mb-on",
        (above.has(a) && (above.has(b) || b === id)) || (below.has(b) && (below.has(a) || a === id)));
    }
    return [above.size, below.size];
  };

  const pin = (id, { push = false } = {}) => {
    pinned = id;
    const [above, below] = show(id);
    said.textContent = id === null ? "" : root.dataset.said
      .replace("{name}", names.get(id)).replace("{ancestors}", above).replace("{descendants}", below);
    input.value = id === null ? "" : names.get(id);
    clear.hidden = page.hidden = id === null;
    if (id !== null) page.href = links.get(id).href.baseVal;
    rove(id === null ? order[0] : links.get(id));
    if (push) {
      const url = new URL(location.href);
      url.searchParams.delete("focus");
      if (id !== null) url.searchParams.set("focus", id);
      history.pushState(history.state, "", url);
    }
  };

  // One of the marks can be reached by Tab, the others by arrows.
  const rove = (link) => {
    for (const each of order) each.setAttribute("tabindex", each === link ? 0 : -1);
  };

  const restore = () => {
    const id = new URL(location.href).searchParams.get("focus");
    pin(links.has(id) ? id : null);
    if (links.has(id)) links.get(id).scrollIntoView({ block: "center", inline: "center" });
  };

  const step = (link, key) => {
    const place = order.indexOf(link);
    switch (key) {
      case "ArrowLeft": return links.get(bases.get(idOf(link))?.[0]);
      case "ArrowRight": return links.get(derivatives.get(idOf(link))?.[0]);
      case "ArrowUp": return order[place - 1];
      case "ArrowDown": return order[place + 1];
      case "Home": return order[0];
      case "End": return order.at(-1);
    }
  };

  picture.addEventListener("click", (event) => {
    const link = event.target.closest(LINK);
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (idOf(link) === pinned) return; // a second time it is a link
    event.preventDefault();
    pin(idOf(link), { push: true });
  });
  picture.addEventListener("keydown", (event) => {
    const link = event.target.closest(LINK);
    if (event.key === "Escape" && pinned !== null) pin(null, { push: true });
    else if (link && !event.altKey && !event.ctrlKey && !event.metaKey) {
      const next = step(link, event.key);
      if (!next) return;
      event.preventDefault();
      rove(next);
      next.focus();
      next.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  });
  for (const [begin, end] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
    picture.addEventListener(begin, (event) => {
      const link = event.target.closest(LINK);
      if (link && pinned === null && event.pointerType !== "touch") show(idOf(link));
    });
    picture.addEventListener(end, (event) => {
      if (event.target.closest(LINK) && pinned === null) show(null);
    });
  }

  const choose = () => {
    const wanted = input.value.trim().toLowerCase();
    const id = [...names.keys()].find((each) => each === wanted || names.get(each).toLowerCase() === wanted);
    if (!wanted) pin(null, { push: pinned !== null });
    else if (!id) said.textContent = root.dataset.unknown.replace("{name}", input.value);
    else if (id !== pinned) {
      pin(id, { push: true });
      links.get(id).scrollIntoView({ block: "center", inline: "center" });
    }
  };
  form.querySelector("datalist").append(...[...names.values()].sort((a, b) => a.localeCompare(b)).map((name) => new Option(name, name)));
  input.addEventListener("change", choose);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    choose();
  });
  clear.addEventListener("click", () => {
    pin(null, { push: true });
    input.focus();
  });
  addEventListener("popstate", function again() {
    if (root.isConnected) restore();
    else removeEventListener("popstate", again);
  });
  form.hidden = false;
  restore();
}

document$.subscribe(() => {
  for (const root of document.querySelectorAll(".mb-lineage[data-said]")) {
    if (root.querySelector(".mb-tree-picture")) enliven(root);
  }
});
