// Material asks for the search index, by far its largest file, with every page. Here that request waits until
// the search is used, or a page is opened with a question (`?q=`) or from an answer (`?h=`).
{
  const { open, send } = XMLHttpRequest.prototype;
  const late = new WeakSet();
  const isUsed = new Promise((resolve) => {
    if (/[?&][hq]=/.test(location.search)) resolve();
    for (const type of ["focusin", "change"]) {
      document.addEventListener(type, ({ target }) => target.closest(".md-search, #__search") && resolve());
    }
  });
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    if (/\/search\/search_index\.json$/.test(url)) late.add(this);
    open.call(this, method, url, ...rest);
  };
  XMLHttpRequest.prototype.send = function (body) {
    if (late.has(this)) isUsed.then(() => send.call(this, body));
    else send.call(this, body);
  };
}
