import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import type { Raster } from "../../protocol.js";
import type { Size } from "../../square.js";
import { RasterCanvas } from "../raster-canvas.js";

/** How pictures are shown: all of them alike. */
export interface Showing {
  /** Of the window onto the picture, in CSS pixels. */
  readonly box: Size;
  /** The picture's own, which is larger where it is zoomed. */
  readonly shown: Size;
  /** Whether its pixels are smaller than those of the screen. */
  readonly isSmooth: boolean;
  /** Called when one is scrolled, so that the others follow. */
  readonly onScroll: (view: HTMLElement) => void;
}

/** A window onto a picture, which is scrolled by wheel, finger, arrow keys or by dragging. */
export function PictureView({
  raster,
  label,
  name,
  showing: { box, shown, isSmooth, onScroll },
  children,
}: {
  raster: Raster | undefined;
  label: string;
  /** What the window is called where it can be scrolled. */
  name: string;
  showing: Showing;
  /** In place of a picture. */
  children?: ComponentChildren;
}) {
  const grip = useRef<{ x: number; y: number } | undefined>(undefined);
  const isZoomed = raster !== undefined && (shown.width > box.width || shown.height > box.height);
  const onPointerDown = (event: PointerEvent) => {
    // A finger scrolls by itself, and a scroll bar is no picture.
    if (!isZoomed || event.pointerType !== "mouse" || event.target === event.currentTarget) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    grip.current = { x: event.clientX, y: event.clientY };
  };
  const onPointerMove = ({ clientX: x, clientY: y, currentTarget }: PointerEvent) => {
    const { current: from } = grip;
    if (!from) return;
    (currentTarget as Element).scrollBy(from.x - x, from.y - y);
    grip.current = { x, y };
  };
  const letGo = () => {
    grip.current = undefined;
  };
  return (
    <section
      class={`view ${isZoomed ? "zoomed" : ""} ${isSmooth ? "smooth" : ""}`}
      style={{ width: `${box.width}px`, height: `${box.height}px` }}
      aria-label={name}
      tabIndex={isZoomed ? 0 : undefined}
      onScroll={(event) => onScroll(event.currentTarget)}
      {...{ onPointerDown, onPointerMove }}
      onPointerUp={letGo}
      onPointerCancel={letGo}
    >
      {raster ? <RasterCanvas raster={raster} label={label} size={shown} /> : children}
    </section>
  );
}
