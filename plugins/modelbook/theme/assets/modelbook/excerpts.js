// Parts of the book's pages, to be shown in cards on others.

const pages = new Map(); // by address

// The page at an address of this site, as a document.
export function pageAt(address) {
  if (!pages.has(address)) {
    const page = fetch(address).then(async (response) => {
      if (!response.ok) throw new Error(`${response.status} ${address}`);
      return new DOMParser().parseFromString(await response.text(), "text/html");
    });
    page.catch(() => pages.delete(address));
    pages.set(address, page);
  }
  return pages.get(address);
}

// A copy of a part of the page at an address that can stand in another page: whole addresses, no second ids,
// no citations, which are numbered and linked back to from elsewhere, and nothing to unfold.
export function excerpt(part, address) {
  const copy = document.importNode(part, true);
  for (const citation of copy.querySelectorAll(".citation")) {
    const before = citation.previousSibling;
    if (before instanceof Text) before.data = before.data.trimEnd();
    citation.remove();
  }
  for (const element of copy.querySelectorAll(".headerlink, details, .mb-hover-card")) element.remove();
  for (const element of [copy, ...copy.querySelectorAll("*")]) {
    for (const name of ["id", "tabindex", "title", "loading"]) element.removeAttribute(name);
    for (const name of ["href", "src"]) {
      const value = element.getAttribute(name);
      if (value !== null) element.setAttribute(name, new URL(value, address).href);
    }
  }
  return copy;
}
