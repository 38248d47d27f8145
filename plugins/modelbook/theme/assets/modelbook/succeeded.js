// Follows an anchor of the chapter that the book succeeds to the place that has taken over.
// Without this script the anchor leads to its entry in the list.

function follow() {
  const entry = document.getElementById(location.hash.slice(1));
  const link = entry?.matches(".mb-succeeded li") && entry.querySelector("a");
  if (link) location.replace(link.href);
}

addEventListener("hashchange", follow);
document$.subscribe(follow);
