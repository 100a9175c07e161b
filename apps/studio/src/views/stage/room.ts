import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import type { Size } from "../../square.js";

/** What there is room for in an element, and how fine the screen is. */
export interface Room extends Size {
  readonly density: number;
}

/** The room in an element; it changes with the window, its zoom, and the screen that it is on. */
export function useRoom(element: RefObject<HTMLDivElement | null>, partOfHeight: number): Room {
  const [room, setRoom] = useState<Room>({ width: 0, height: 0, density: 1 });
  useLayoutEffect(() => {
    const { current } = element;
    if (!current) return;
    const measure = () => {
      const { paddingLeft, paddingRight } = getComputedStyle(current);
      const width = current.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
      const height = Math.max(160, partOfHeight * innerHeight);
      setRoom((before) =>
        before.width === width && before.height === height && before.density === devicePixelRatio
          ? before
          : { width, height, density: devicePixelRatio },
      );
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    addEventListener("resize", measure);
    return () => {
      observer.disconnect();
      removeEventListener("resize", measure);
    };
  }, [element, partOfHeight]);
  return room;
}
