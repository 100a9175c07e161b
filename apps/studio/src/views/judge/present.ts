/** Something that is shown, and for how long; nothing is the cross alone. */
export interface Step {
  readonly show: string | undefined;
  readonly ms: number;
}

const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));

/**
 * Shows one thing after the other, changing at frames of the screen. All of them are there from the beginning: what is seen
 * is set on the element, so that no page has to be drawn in between.
 *
 * @returns how long each was on the screen, in ms; undefined where it was broken off
 */
export async function present(
  element: HTMLElement,
  steps: readonly Step[],
  isOver: () => boolean,
): Promise<number[] | undefined> {
  const times: number[] = [];
  let now = await nextFrame();
  let frameMs = 1000 / 60;
  for (const { show, ms } of steps) {
    const start = now;
    set(element, show);
    do {
      const before = now;
      now = await nextFrame();
      frameMs = Math.min(frameMs, now - before || frameMs);
      if (isOver()) {
        set(element, undefined);
        return undefined;
      }
      // The change is seen with the next frame: half of one too early is nearer than half of one too late.
    } while (now - start < ms - frameMs / 2);
    times.push(now - start);
  }
  set(element, undefined);
  return times;
}

function set(element: HTMLElement, show: string | undefined): void {
  if (show === undefined) delete element.dataset.show;
  else element.dataset.show = show;
}
