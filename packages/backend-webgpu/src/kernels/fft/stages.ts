import { root } from "./tables.js";

const number = (x: number): string => (Number.isInteger(x) ? `${x}.0` : x.toPrecision(10));

/**
 * WGSL: the transform of `r` values `v0 … v(r-1)` into `w0 …`, for r = 2 and 4, and odd r by pairs of mirror images.
 * `params.sign` is 1 forwards and -1 backwards, so that one program serves for both.
 */
function butterfly(r: number, v: (q: number) => string, w: (q: number) => string): string {
  if (r === 2) return `let ${w(0)} = ${v(0)} + ${v(1)}; let ${w(1)} = ${v(0)} - ${v(1)};`;
  if (r === 4) {
    const [s, d] = [`${w(0)}s`, `${w(0)}d`];
    const turned = `params.sign * vec2f(${d}1.y, -${d}1.x)`;
    return `
  let ${s}0 = ${v(0)} + ${v(2)}; let ${d}0 = ${v(0)} - ${v(2)};
  let ${s}1 = ${v(1)} + ${v(3)}; let ${d}1 = ${v(1)} - ${v(3)};
  let ${w(0)}t = ${turned};
  let ${w(0)} = ${s}0 + ${s}1; let ${w(2)} = ${s}0 - ${s}1;
  let ${w(1)} = ${d}0 + ${w(0)}t; let ${w(3)} = ${d}0 - ${w(0)}t;`;
  }
  const half = Array.from({ length: (r - 1) / 2 }, (_, i) => i + 1);
  const [a, b] = [(p: number) => `${w(0)}a${p}`, (p: number) => `${w(0)}b${p}`];
  const lines = half.map((p) => `let ${a(p)} = ${v(p)} + ${v(r - p)}; let ${b(p)} = ${v(p)} - ${v(r - p)};`);
  lines.push(`let ${w(0)} = ${v(0)} + ${half.map(a).join(" + ")};`);
  for (const q of half) {
    const even = half.map((p) => `${number(root(p * q, r)[0])} * ${a(p)}`).join(" + ");
    const odd = half.map((p) => `${number(root(p * q, r)[1])} * ${b(p)}`).join(" + ");
    lines.push(`let ${w(0)}e${q} = ${v(0)} + ${even};`, `let ${w(0)}o${q} = ${odd};`);
    lines.push(
      `let ${w(0)}t${q} = params.sign * vec2f(-${w(0)}o${q}.y, ${w(0)}o${q}.x);`,
      `let ${w(q)} = ${w(0)}e${q} + ${w(0)}t${q};`,
      `let ${w(r - q)} = ${w(0)}e${q} - ${w(0)}t${q};`,
    );
  }
  return lines.join("\n  ");
}

/** How the points of a workgroup's lines lie in its memory, and which invocation takes which. */
export interface Layout {
  /** Points of a line, and lines of a workgroup. */
  readonly n: number;
  readonly lines: number;
  readonly lanes: number;
  /** Whether neighbouring invocations take neighbouring points of one line, or one point of neighbouring lines. */
  readonly fast: "place" | "line";
}

export const placeInMemory = ({ n, lines, fast }: Layout, i: string, line: string): string =>
  fast === "place" ? `${line} * ${n}u + ${i}` : `(${i}) * ${lines}u + ${line}`;

/** WGSL that gives `line` and `name` (0 … count - 1) for the work item `t`. */
export const itemOf = ({ lines, fast }: Layout, name: string, count: number): string =>
  fast === "place"
    ? `let line = t / ${count}u; let ${name} = t % ${count}u;`
    : `let line = t % ${lines}u; let ${name} = t / ${lines}u;`;

/**
 * WGSL for one stage of Stockham's transform in workgroup memory `points`: `done` is the product of the stages before.
 * All that a stage reads is read before any of it is written.
 */
function stage(layout: Layout, r: number, done: number): string {
  const { n, lines, lanes } = layout;
  const perLine = n / r;
  const items = perLine * lines;
  const rounds = Math.ceil(items / lanes);
  const reads: string[] = [];
  const writes: string[] = [];
  for (let k = 0; k < rounds; k++) {
    const v = (q: number) => `v${k}_${q}`;
    const w = (q: number) => `w${k}_${q}`;
    const qs = Array.from({ length: r }, (_, q) => q);
    const guard = (k + 1) * lanes > items ? `if (t < ${items}u)` : "";
    const item = `let t = lane + ${k * lanes}u; ${itemOf(layout, "j", perLine)}`;
    const twiddle = (q: number) =>
      q === 0 || done === 1
        ? ""
        : `${v(q)} = multiply(${v(q)}, twiddle(${q}u * (j % ${done}u) * ${n / (done * r)}u));`;
    reads.push(`${qs.map((q) => `var ${v(q)} = vec2f();`).join(" ")}
  { ${item}
    ${guard} { ${qs.map((q) => `${v(q)} = points[${placeInMemory(layout, `j + ${q * perLine}u`, "line")}]; ${twiddle(q)}`).join("\n      ")} } }`);
    writes.push(`{ ${item}
    ${butterfly(r, v, w)}
    let at = (j / ${done}u) * ${done * r}u + j % ${done}u;
    ${guard} { ${qs.map((q) => `points[${placeInMemory(layout, `at + ${q * done}u`, "line")}] = ${w(q)};`).join(" ")} } }`);
  }
  return `
  // radix ${r}
  {
  ${reads.join("\n  ")}
  workgroupBarrier();
  ${writes.join("\n  ")}
  workgroupBarrier();
  }`;
}

/** WGSL for all stages of a transform over the lines in workgroup memory. */
export function transformInMemory(layout: Layout, stages: readonly number[]): string {
  let done = 1;
  return stages
    .map((r) => {
      const code = stage(layout, r, done);
      done *= r;
      return code;
    })
    .join("\n");
}
