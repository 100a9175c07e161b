import type { ComponentChildren, RefObject } from "preact";
import { useRef } from "preact/hooks";
import { pixelsTo, type Viewing } from "../../judge/viewing.js";
import type { Raster } from "../../protocol.js";
import type { Size } from "../../square.js";
import { RasterCanvas } from "../raster-canvas.js";
import { useRoom } from "../stage/room.js";

export interface PairProps {
  readonly target: Raster;
  readonly metamer: Raster;
  readonly viewing: Viewing;
  /** Shade around the pictures, from 0 to 255. */
  readonly surround: number;
}

/** A picture in the field, and where its middle is: CSS pixels to the right of the cross. */
interface Placed {
  readonly raster: Raster;
  readonly label: string;
  readonly x: number;
  /** By which it is shown and hidden without drawing the page again. */
  readonly name?: string;
}

/** Of the fixation target, in degrees: a disc, a cross and a dot keep the eyes stillest (Thaler et al. 2013). */
const fixationDegrees = 0.6;

/** Pictures of one size around a cross, on a shade that is their mean; every pixel is the same number of the screen's. */
export function VisualField({
  pictures,
  viewing,
  surround,
  plane,
  children,
}: {
  pictures: readonly Placed[];
  viewing: Viewing;
  surround: number;
  plane?: RefObject<HTMLDivElement | null>;
  children?: ComponentChildren;
}) {
  const field = useRef<HTMLDivElement>(null);
  const room = useRoom(field, 1);
  const size = shownSize(pictures[0].raster, viewing);
  const extent = Math.max(...pictures.map(({ x }) => Math.abs(x))) + size.width / 2;
  const onGrid = (css: number) => `${Math.round(css * devicePixelRatio) / devicePixelRatio}px`;
  const isWide = room.width > 0 && 2 * extent > room.width;
  return (
    <>
      <section
        class="visual-field"
        ref={field}
        aria-label="The pictures"
        tabIndex={isWide ? 0 : undefined}
        style={{ background: `rgb(${surround} ${surround} ${surround})` }}
      >
        <div class="plane" ref={plane} style={{ width: `${2 * extent}px`, height: `${size.height}px` }}>
          {pictures.map(({ raster, label, x, name }) => (
            <div
              key={label}
              class="placed"
              data-name={name}
              style={{ left: onGrid(extent + x - size.width / 2) }}
            >
              <RasterCanvas raster={raster} label={label} size={size} />
            </div>
          ))}
          <Fixation size={crossSize(viewing)} />
        </div>
        {children}
      </section>
      {isWide && <p class="hint">There is no room for all of it: make it smaller, or the window wider.</p>}
    </>
  );
}

/** How large a picture is shown, in CSS pixels. */
export const shownSize = ({ width, height }: Size, { enlarged }: Viewing): Size => ({
  width: (width * enlarged) / devicePixelRatio,
  height: (height * enlarged) / devicePixelRatio,
});

/** Of the cross, in CSS pixels. */
export const crossSize = (viewing: Viewing): number =>
  Math.min(44, Math.max(14, pixelsTo(fixationDegrees, viewing)));

const Fixation = ({ size }: { size: number }) => (
  <svg class="fixation" width={size} height={size} viewBox="-30 -30 60 60" aria-hidden="true">
    <circle r="30" fill="#000000" />
    <path d="M-30 0H30M0-30V30" stroke="#ffffff" stroke-width="10" />
    <circle r="10" fill="#000000" />
  </svg>
);
