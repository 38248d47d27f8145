// Comments that a third party keeps. Its script is asked for when a reader presses the button, not before; after that
// the comments have the color scheme of the page.

const DARK = "slate";

const schemeOf = ({ scheme }) => (document.body.dataset.mdColorScheme === DARK ? scheme.dark : scheme.light);

function load(button) {
  const client = JSON.parse(button.dataset.client);
  const script = document.createElement("script");
  const attributes = { ...client.attributes, [client.scheme.attribute]: schemeOf(client) };
  for (const [name, value] of Object.entries(attributes)) script.setAttribute(name, value);
  script.crossOrigin = "anonymous";
  script.async = true;
  script.src = client.script;
  const paragraph = button.parentElement;
  script.addEventListener("error", () => {
    script.remove();
    button.disabled = false;
  });
  script.addEventListener("load", () => button.remove());
  button.disabled = true;
  paragraph.after(script);
  follow(paragraph.parentElement, client);
}

// The page may change its color scheme while the comments are shown.
function follow(section, client) {
  const { origin } = new URL(client.script);
  const observer = new MutationObserver(() => {
    if (!section.isConnected) return observer.disconnect();
    const theme = schemeOf(client);
    const messages = { "data-theme": { giscus: { setConfig: { theme } } }, theme: { type: "set-theme", theme } };
    const frame = section.querySelector(`iframe.${client.frame}`);
    frame?.contentWindow.postMessage(messages[client.scheme.attribute], origin);
  });
  observer.observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
}

document$.subscribe(() => {
  for (const button of document.querySelectorAll(".mb-comments button[hidden]")) {
    button.hidden = false;
    button.addEventListener("click", () => load(button));
  }
});
