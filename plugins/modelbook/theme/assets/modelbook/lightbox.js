// Opens a figure's picture enlarged in a dialog. Without this script the picture links to its file.

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.mb-picture[href]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  show(link);
});

function show(link) {
  const picture = link.querySelector("img");
  const dialog = document.createElement("dialog");
  dialog.className = "mb-lightbox";
  dialog.setAttribute("aria-label", picture.alt);
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = link.dataset.close;
  const image = document.createElement("img");
  image.src = link.href;
  image.alt = picture.alt;
  image.style.setProperty("--mb-ratio", picture.naturalWidth / picture.naturalHeight || 1);
  const view = document.createElement("div");
  view.className = "mb-lightbox__view";
  view.tabIndex = 0; // the arrow keys move what is larger than the window
  view.append(image);
  dialog.append(button, view);
  dialog.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    link.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}
