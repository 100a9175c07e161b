// Says that a browser is too old for the page, in words that old browsers understand. Loaded before everything else.
(() => {
  let isSaid = false;
  const say = (text) => {
    if (isSaid) return;
    isSaid = true;
    const show = () => {
      const message = document.createElement("p");
      message.className = "message problem";
      message.setAttribute("role", "alert");
      message.textContent = text;
      document.body.insertBefore(message, document.body.firstChild);
    };
    if (document.body) show();
    else document.addEventListener("DOMContentLoaded", show);
  };
  const tooOld =
    "This browser is too old for the page, which needs WebAssembly with SIMD: Chrome or Edge 91, Firefox 89 or Safari 16.4, or a later one.";
  // The smallest module with an instruction on vectors.
  const module = [
    0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98,
    11,
  ];
  const isModern = "noModule" in document.createElement("script") && typeof WebAssembly === "object";
  if (!isModern || !WebAssembly.validate(new Uint8Array(module))) say(tooOld);
  // The page's own script is not there, or is not understood.
  const hasStarted = () => {
    const app = document.getElementById("app");
    return app !== null && app.firstChild !== null;
  };
  addEventListener(
    "error",
    (event) => {
      const isScript = event.target instanceof HTMLScriptElement || event.target === window;
      if (isScript && !hasStarted())
        say(
          "The page did not start. Reload it. If that does not help, this browser is too old for it, or its host does not hand out all of its files.",
        );
    },
    true,
  );
})();
