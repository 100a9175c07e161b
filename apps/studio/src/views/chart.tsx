import { useEffect, useRef } from "preact/hooks";

/** Draws numbers on a logarithmic scale, as many points as there are pixels to show them. */
export function Chart({ values, count, label }: { values: readonly number[]; count: number; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const { current } = canvas;
    if (current) draw(current, values, count);
  }, [values, count]);
  return <canvas ref={canvas} class="chart" role="img" aria-label={label} />;
}

function draw(canvas: HTMLCanvasElement, values: readonly number[], count: number): void {
  const scale = devicePixelRatio;
  const { clientWidth, clientHeight } = canvas;
  const width = Math.round(clientWidth * scale);
  const height = Math.round(clientHeight * scale);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context || count === 0) return;
  const style = getComputedStyle(canvas);
  const { low, high } = decades(values, count);
  const y = (value: number) => height * (1 - (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low));
  context.clearRect(0, 0, width, height);
  context.strokeStyle = style.getPropertyValue("--line");
  context.fillStyle = style.getPropertyValue("--quiet");
  context.font = `${11 * scale}px system-ui, sans-serif`;
  context.lineWidth = scale;
  const step = Math.max(1, Math.ceil((high - low) / 4));
  for (let power = low; power <= high; power += step) {
    const at = Math.min(height - scale, Math.max(scale, y(10 ** power)));
    context.beginPath();
    context.moveTo(0, at);
    context.lineTo(width, at);
    context.stroke();
    context.fillText(`10${superscript(power)}`, 4 * scale, Math.min(height - 4 * scale, at + 12 * scale));
  }
  context.strokeStyle = style.getPropertyValue("--accent");
  context.lineWidth = 2 * scale;
  context.beginPath();
  const points = Math.min(count, width);
  for (let i = 0; i < points; i++) {
    const index = points === 1 ? 0 : Math.round((i * (count - 1)) / (points - 1));
    const x = points === 1 ? 0 : (i * width) / (points - 1);
    if (i === 0) context.moveTo(x, y(values[index]));
    else context.lineTo(x, y(values[index]));
  }
  context.stroke();
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
