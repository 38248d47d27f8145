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
  for (const button of list.querySelectorAll(".mb-copy")) {
    button.hidden = false;
    const [said, name] = [button.textContent, button.getAttribute("aria-label")];
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.parentElement.querySelector("code").textContent);
      button.textContent = list.dataset.copied;
      button.setAttribute("aria-label", list.dataset.copied);
      setTimeout(() => {
        button.textContent = said;
        button.setAttribute("aria-label", name);
      }, 2000);
    });
  }
}

document$.subscribe(() => {
  for (const list of document.querySelectorAll(".mb-reference-list")) {
    addFilter(list);
    addCopying(list);
  }
});
