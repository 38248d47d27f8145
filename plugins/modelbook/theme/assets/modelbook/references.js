// The list of references: a filter, and buttons that copy the BibTeX of an entry.
// Without scripts the list is whole, and the BibTeX can be copied by hand.

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function addFilter(list) {
  const filter = list.querySelector(".mb-filter");
  const input = filter.querySelector("input");
  const status = filter.querySelector(".mb-filter__count");
  const entries = [...list.querySelectorAll(".mb-references > li")];
  // What stands in the entry and its BibTeX, not the names of the pages that cite it.
  const texts = entries.map((entry) =>
    plain([...entry.querySelectorAll(".mb-reference, code")].map((part) => part.textContent).join(" ")));

  const apply = () => {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    entries.forEach((entry, i) => { entry.hidden = !words.every((word) => texts[i].includes(word)); });
    const shown = entries.filter((entry) => !entry.hidden).length;
    status.textContent = words.length
      ? list.dataset.shown.replace("{shown}", shown).replace("{total}", entries.length)
      : "";
  };

  // A link to an entry that is filtered out shows it again.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!list.isConnected) removeEventListener("hashchange", reveal);
    else if (target?.hidden && list.contains(target)) {
      input.value = "";
      apply();
      target.scrollIntoView();
    }
  };

  input.addEventListener("input", apply);
  addEventListener("hashchange", reveal);
  filter.hidden = false;
  apply();
}

function addCopying(list) {
  if (!navigator.clipboard) return;
  const { copy, copied } = list.dataset;
  for (const bibtex of list.querySelectorAll(".mb-bibtex")) {
    const name = `${copy}: ${bibtex.closest("li").id.slice("ref-".length)}`;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "mb-copy";
    const say = (text, label) => {
      button.textContent = text;
      button.setAttribute("aria-label", label);
    };
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(bibtex.querySelector("code").textContent);
      say(copied, copied);
      setTimeout(say, 2000, copy, name);
    });
    say(copy, name);
    bibtex.after(button);
  }
}

document$.subscribe(() => {
  for (const list of document.querySelectorAll(".mb-reference-list")) {
    addFilter(list);
    addCopying(list);
  }
});
