/**
 * What is different in a frame: element (in document order), attribute (`#` for its text), value; or, where the elements
 * themselves differ, the whole drawing.
 */
export type PlayerFrame = readonly (readonly [element: number, attribute: string, value: string])[] | string;

/** A film for {@link mountPlayer}. */
export interface PlayerData {
  readonly delayMs: number;
  readonly repeat: boolean;
  readonly autoplay: boolean;
  /** What each frame is, in words. */
  readonly labels: readonly string[];
  /** From the first frame's drawing to each frame's. */
  readonly frames: readonly PlayerFrame[];
}

const speeds = [0.25, 0.5, 1, 2, 4];

/**
 * Puts controls below the drawing in `root`: play and pause, a slider, speeds. Keys: space, left and right, home and end.
 * The function stands alone: it is also the script of pages that {@link Film.toHTML} writes.
 *
 * @returns what takes everything away again
 */
export function mountPlayer(root: HTMLElement, data: PlayerData): () => void {
  const drawing = root.querySelector("svg > g") as SVGGElement;
  const original = drawing.outerHTML;
  let elements: Element[] = [];
  const touched = new Map<string, string | null>();
  const document = root.ownerDocument;
  const make = <K extends keyof HTMLElementTagNameMap>(
    tag: K,
    attributes: Record<string, string>,
    text = "",
  ) => {
    const node = document.createElement(tag);
    for (const name of Object.keys(attributes)) node.setAttribute(name, attributes[name]);
    node.textContent = text;
    return node;
  };
  const count = data.frames.length;
  const controls = make("div", { class: "plenoptic-controls", role: "group", "aria-label": "Film controls" });
  const button = make("button", { type: "button", "aria-label": "Play" }, "▶");
  const slider = make("input", {
    type: "range",
    min: "0",
    max: String(count - 1),
    step: "1",
    value: "0",
    "aria-label": "Frame",
  });
  const label = make("output", { "aria-live": "off" });
  const speed = make("select", { "aria-label": "Speed" });
  for (const value of speeds) speed.append(make("option", { value: String(value) }, `${value}×`));
  speed.value = "1";
  controls.append(button, slider, label, speed);
  root.append(controls);

  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const replaceDrawing = (markup: string) => {
    const parent = root.querySelector("svg") as SVGSVGElement;
    const old = parent.querySelector(":scope > g") as Element;
    const holder = document.createElement("div");
    holder.innerHTML = `<svg xmlns="http://www.w3.org/2000/svg">${markup}</svg>`;
    parent.replaceChild((holder.firstElementChild as Element).firstElementChild as Element, old);
    elements = [];
    touched.clear();
  };
  const current = () => {
    if (elements.length) return elements;
    const top = root.querySelector("svg > g") as Element;
    elements = [top, ...Array.from(top.querySelectorAll("*"))];
    return elements;
  };
  const read = (at: number, name: string) =>
    name === "#" ? current()[at].textContent : current()[at].getAttribute(name);
  const write = (at: number, name: string, value: string | null) => {
    const node = current()[at];
    if (name === "#") node.textContent = value;
    else if (value === null) node.removeAttribute(name);
    else node.setAttribute(name, value);
  };
  let isWhole = false;
  const show = (index: number) => {
    frame = Math.max(0, Math.min(count - 1, index));
    const next = data.frames[frame];
    if (typeof next === "string") {
      replaceDrawing(next);
      isWhole = true;
    } else {
      if (isWhole) replaceDrawing(original);
      isWhole = false;
      const kept = new Set(next.map(([at, name]) => `${at} ${name}`));
      touched.forEach((value, key) => {
        if (kept.has(key)) return;
        const [at, name] = key.split(" ");
        write(Number(at), name, value);
        touched.delete(key);
      });
      for (const [at, name, value] of next) {
        const key = `${at} ${name}`;
        if (!touched.has(key)) touched.set(key, read(at, name));
        write(at, name, value);
      }
    }
    slider.value = String(frame);
    slider.setAttribute("aria-valuetext", data.labels[frame]);
    label.textContent = data.labels[frame];
  };
  const isPlaying = () => timer !== undefined;
  const pause = () => {
    clearTimeout(timer);
    timer = undefined;
    button.textContent = "▶";
    button.setAttribute("aria-label", "Play");
  };
  const tick = () => {
    if (frame === count - 1 && !data.repeat) {
      pause();
      return;
    }
    show(frame === count - 1 ? 0 : frame + 1);
    timer = setTimeout(tick, data.delayMs / Number(speed.value));
  };
  const play = () => {
    if (frame === count - 1) show(0);
    button.textContent = "⏸";
    button.setAttribute("aria-label", "Pause");
    timer = setTimeout(tick, data.delayMs / Number(speed.value));
  };
  const toggle = () => (isPlaying() ? pause() : play());
  const onKey = (event: KeyboardEvent) => {
    const target = event.target as Element;
    // The chosen control has keys of its own: space presses the button, arrows move the slider and change the speed.
    if (event.key === " " && target !== button) toggle();
    else if (target === speed || target === slider) return;
    else if (event.key === "ArrowRight") show(frame + 1);
    else if (event.key === "ArrowLeft") show(frame - 1);
    else if (event.key === "Home") show(0);
    else if (event.key === "End") show(count - 1);
    else return;
    event.preventDefault();
  };
  const onSlide = () => {
    pause();
    show(Number(slider.value));
  };
  button.addEventListener("click", toggle);
  slider.addEventListener("input", onSlide);
  root.addEventListener("keydown", onKey);
  root.tabIndex = 0;
  show(0);
  const reducesMotion = document.defaultView?.matchMedia?.("(prefers-reduced-motion: reduce)").matches;
  if (data.autoplay && !reducesMotion) play();
  return () => {
    pause();
    root.removeEventListener("keydown", onKey);
    root.removeAttribute("tabindex");
    controls.remove();
    replaceDrawing(original);
  };
}
