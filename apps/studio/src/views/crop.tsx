import { useRef, useState } from "preact/hooks";
import type { Raster } from "../protocol.js";
import { moveTo, type Region, resizeTo, type Size, type Square, sideStep, usedRegion } from "../square.js";
import { RasterCanvas } from "./raster-canvas.js";

interface CropProps {
  readonly overview: Raster;
  /** The picture that the square is cut from: the overview may be smaller. */
  readonly of: Size;
  /** Undefined where all of the picture is used. */
  readonly square: Square | undefined;
  readonly label: string;
  /** A drag is on its way until the pointer is lifted, an arrow key until it is. */
  readonly onChange: (square: Square, isOnTheWay: boolean) => void;
}

/** What was dragged, and where it was when it was taken. */
interface Drag {
  readonly x: number;
  readonly y: number;
  readonly region: Region;
}

interface PointerListeners {
  onPointerDown(event: PointerEvent): void;
  onPointerMove(event: PointerEvent): void;
  onPointerUp(): void;
  onPointerCancel(): void;
}

const arrows: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const most = 1e9;
/** Keys that go further than a step. */
const leaps: Readonly<Record<string, readonly [x: number, y: number]>> = {
  Home: [-most, 0],
  End: [most, 0],
  PageUp: [0, -most],
  PageDown: [0, most],
};

/** The whole picture with the square that is used on it, which is moved and resized by pointer or keys. */
export function Crop({ overview, of, square, label, onChange }: CropProps) {
  const box = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag | undefined>(undefined);
  // Pointers are faster than the page is drawn again.
  const moving = useRef<Square | undefined>(undefined);
  const [, drawAgain] = useState(0);
  const current = moving.current ?? square;
  const region = current && visible(usedRegion(current, of), of);
  /** Pixels of the picture in one of the page. */
  const scale = () => of.width / (box.current?.clientWidth || of.width);
  const change = (next: Square) => {
    moving.current = next;
    drawAgain((count) => count + 1);
    onChange(next, true);
  };
  const end = () => {
    const { current: last } = moving;
    moving.current = drag.current = undefined;
    if (last) onChange(last, false);
  };
  const settle = () => {
    // Taking the handle takes the focus from the square, and must not end the drag it begins.
    if (!drag.current) end();
  };
  const begin = (event: PointerEvent) => {
    if (event.button !== 0 || !region) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    drag.current = { x: event.clientX, y: event.clientY, region };
  };
  const dragging = (move: (drag: Drag, dx: number, dy: number) => void): PointerListeners => ({
    onPointerDown: begin,
    onPointerMove: ({ clientX, clientY }) => {
      const { current: taken } = drag;
      if (taken) move(taken, (clientX - taken.x) * scale(), (clientY - taken.y) * scale());
    },
    onPointerUp: end,
    onPointerCancel: end,
  });
  const placeUnder = ({ clientX, clientY, target }: MouseEvent) => {
    if (!(target instanceof HTMLCanvasElement) || !box.current) return;
    const { left, top } = box.current.getBoundingClientRect();
    const side = Math.min(256, of.width, of.height);
    const used = current ?? resizeTo({ crop: side, left: undefined, top: undefined }, side, of);
    const half = used.crop / 2;
    onChange(moveTo(used, (clientX - left) * scale() - half, (clientY - top) * scale() - half, of), false);
  };
  return (
    // What the mouse does here, the number fields do, too.
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys move the square, which is focused
    // biome-ignore lint/a11y/noStaticElementInteractions: as above
    <div class="crop" ref={box} style={{ "--ratio": of.width / of.height }} onClick={placeUnder}>
      <RasterCanvas raster={overview} label={label} />
      {current && region && (
        <>
          <div class="crop-clip">
            <div class="crop-shade" style={placed(region, of)} />
          </div>
          <SquareKnob
            {...{ square: current, region, of, change, settle }}
            pointer={dragging(({ region: from }, dx, dy) =>
              change(moveTo(current, from.left + dx, from.top + dy, of)),
            )}
          />
          <SideKnob
            {...{ square: current, region, of, change, settle }}
            pointer={dragging(({ region: from }, dx, dy) => {
              // The middle stays where it was not moved, and the corner follows the pointer all the same.
              const by = (current.left === undefined || current.top === undefined ? 2 : 1) * Math.max(dx, dy);
              change(resizeTo(current, from.width + by, of));
            })}
          />
        </>
      )}
    </div>
  );
}

/** What of a region is inside of the picture: a number field may ask for more. */
function visible({ left, top, width, height }: Region, of: Size): Region {
  const [x, y] = [Math.min(left, of.width - 1), Math.min(top, of.height - 1)];
  return { left: x, top: y, width: Math.min(width, of.width - x), height: Math.min(height, of.height - y) };
}

const percent = (part: number, whole: number) => `${(100 * part) / whole}%`;

const placed = ({ left, top, width, height }: Region, of: Size) => ({
  left: percent(left, of.width),
  top: percent(top, of.height),
  width: percent(width, of.width),
  height: percent(height, of.height),
});

interface KnobProps {
  readonly square: Square;
  readonly region: Region;
  readonly of: Size;
  readonly change: (square: Square) => void;
  readonly settle: () => void;
  readonly pointer: PointerListeners;
}

/** One element moves in both directions, as the arrows point; Shift makes the steps larger. */
function SquareKnob({ square, region, of, change, settle, pointer }: KnobProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    const way = arrows[event.key] ?? leaps[event.key];
    if (!way || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const step = event.shiftKey ? sideStep : 1;
    change(moveTo(square, region.left + step * way[0], region.top + step * way[1], of));
  };
  return (
    <div
      class="crop-square"
      style={placed(region, of)}
      role="slider"
      tabIndex={0}
      aria-roledescription="two-way slider"
      aria-label="Place of the square"
      aria-valuemin={0}
      aria-valuemax={Math.max(0, of.width - region.width)}
      aria-valuenow={region.left}
      aria-valuetext={`${region.left} from the left, ${region.top} from the top`}
      onKeyDown={onKeyDown}
      onKeyUp={settle}
      onBlur={settle}
      {...pointer}
    />
  );
}

function SideKnob({ square, region, of, change, settle, pointer }: KnobProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    const way = arrows[event.key] ?? leaps[event.key];
    if (!way || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    // A slider of one axis: to the right and up is more.
    const step = sideStep * (event.shiftKey ? 4 : 1) * (way[0] - way[1]);
    change(resizeTo(square, Math.max(sideStep, region.width + step), of));
  };
  return (
    <div
      class="crop-side"
      style={{
        left: percent(region.left + region.width, of.width),
        top: percent(region.top + region.height, of.height),
      }}
      role="slider"
      tabIndex={0}
      aria-label="Side of the square"
      aria-valuemin={1}
      aria-valuemax={Math.min(of.width, of.height)}
      aria-valuenow={region.width}
      aria-valuetext={`${region.width} pixels`}
      onKeyDown={onKeyDown}
      onKeyUp={settle}
      onBlur={settle}
      {...pointer}
    />
  );
}
