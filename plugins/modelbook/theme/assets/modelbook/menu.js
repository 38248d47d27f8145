// A list of choices below a button: opens on hovering, a click, a tap or a key, and closes by Escape.
// Without this script the style sheet opens it on hovering and focus.

export function addMenu(root) {
  const button = root.querySelector("button");
  const choices = () => [...root.querySelectorAll("li :is(a, button)")].filter((choice) => choice.offsetParent);
  const isOpen = () => button.getAttribute("aria-expanded") === "true";
  const open = (should = true) => button.setAttribute("aria-expanded", String(should));

  function close() {
    if (isOpen() && root.contains(document.activeElement)) button.focus();
    open(false);
  }

  function move(step) {
    open();
    const all = choices();
    const now = all.indexOf(document.activeElement);
    all.at(now < 0 ? Math.min(step - 1, 0) : (now + step) % all.length)?.focus();
  }

  root.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && open());
  root.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && open(false));
  // Who points with a mouse has opened it already.
  button.addEventListener("click", (event) => open(event.pointerType === "mouse" || !isOpen()));
  root.addEventListener("click", (event) => {
    if (event.target.closest("li button") && event.pointerType !== "mouse") close();
  });
  root.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !root.contains(event.relatedTarget)) open(false);
  });
  document.addEventListener("pointerdown", (event) => root.contains(event.target) || open(false));
  document.addEventListener("keydown", (event) => event.key === "Escape" && close());
  root.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    move(step);
  });
  open(false);
}
