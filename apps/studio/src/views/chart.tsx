import { useEffect, useRef } from "preact/hooks";

interface ChartProps {
  readonly values: readonly number[];
  /** How many of them there are by now: the list grows in place. */
  readonly count: number;
  /** One that is pointed out. */
  readonly marked?: number;
  readonly label: string;
}

/** Draws numbers on a logarithmic scale, as many points as there are pixels to show them. */
export function Chart({ values, count, marked, label }: ChartProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const { current } = canvas;
    if (!current) return;
    const again = () => draw(current, values, count, marked);
    again();
    // Sizes and colours change with the window and the theme.
    const observer = new ResizeObserver(again);
    observer.observe(current);
    const theme = matchMedia("(prefers-color-scheme: dark)");
    theme.addEventListener("change", again);
    return () => {
      observer.disconnect();
      theme.removeEventListener("change", again);
    };
  }, [values, count, marked]);
  return <canvas ref={canvas} class="chart" role="img" aria-label={label} />;
}

/** Where the lines are: a box inside the canvas, in pixels of the screen. */
interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Pixels in the size of the text. */
  readonly em: number;
}

function draw(canvas: HTMLCanvasElement, values: readonly number[], count: number, marked?: number): void {
  const scale = devicePixelRatio;
  const width = Math.round(canvas.clientWidth * scale);
  const height = Math.round(canvas.clientHeight * scale);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context || count === 0 || width === 0) return;
  const style = getComputedStyle(canvas);
  const em = Number.parseFloat(style.fontSize) * scale;
  const frame = { left: 3 * em, top: em / 2, width: width - 3.5 * em, height: height - 2.2 * em, em };
  const { low, high } = decades(values, count);
  const y = (value: number) =>
    frame.top + frame.height * (1 - (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low));
  const x = (index: number) => frame.left + (count === 1 ? 0 : (index * frame.width) / (count - 1));
  context.clearRect(0, 0, width, height);
  context.font = `${em}px system-ui, sans-serif`;
  context.fillStyle = style.color;
  drawAxes(context, frame, { low, high, y, count, line: style.borderTopColor, scale });
  context.strokeStyle = style.outlineColor;
  context.lineWidth = 2 * scale;
  context.lineJoin = "round";
  context.beginPath();
  const points = Math.min(count, Math.ceil(frame.width));
  for (let i = 0; i < points; i++) {
    const index = points === 1 ? 0 : Math.round((i * (count - 1)) / (points - 1));
    if (i === 0) context.moveTo(x(index), y(values[index]));
    else context.lineTo(x(index), y(values[index]));
  }
  context.stroke();
  if (marked === undefined) return;
  context.fillStyle = style.outlineColor;
  context.beginPath();
  context.arc(x(marked), y(values[marked]), 5 * scale, 0, 2 * Math.PI);
  context.fill();
}

interface Axes {
  readonly low: number;
  readonly high: number;
  readonly y: (value: number) => number;
  readonly count: number;
  readonly line: string;
  readonly scale: number;
}

function drawAxes(
  context: CanvasRenderingContext2D,
  { left, top, width, height, em }: Frame,
  { low, high, y, count, line, scale }: Axes,
): void {
  context.strokeStyle = line;
  context.lineWidth = scale;
  context.textAlign = "right";
  context.textBaseline = "middle";
  const step = Math.max(1, Math.ceil((high - low) / 4));
  for (let power = low; power <= high; power += step) {
    const at = Math.round(y(10 ** power)) + 0.5;
    context.beginPath();
    context.moveTo(left, at);
    context.lineTo(left + width, at);
    context.stroke();
    context.fillText(`10${superscript(power)}`, left - em / 2, at);
  }
  context.textBaseline = "alphabetic";
  const below = top + height + 1.4 * em;
  context.textAlign = "left";
  context.fillText("1", left, below);
  context.textAlign = "right";
  if (count > 1) context.fillText(`iteration ${count}`, left + width, below);
}

function decades(values: readonly number[], count: number): { low: number; high: number } {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (let i = 0; i < count; i++) {
    if (values[i] > 0 && values[i] < least) least = values[i];
    if (values[i] > most && Number.isFinite(values[i])) most = values[i];
  }
  if (!(most > 0)) return { low: -1, high: 0 };
  const low = Math.floor(Math.log10(least));
  return { low, high: Math.max(low + 1, Math.ceil(Math.log10(most))) };
}

const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const superscript = (power: number): string =>
  String(power).replace(/./g, (c) => (c === "-" ? "⁻" : digits[Number(c)]));
