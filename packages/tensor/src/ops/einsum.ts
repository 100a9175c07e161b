import { invalidArgument, ShapeError } from "../errors.js";
import { tidy } from "../memory.js";
import type { Tensor } from "../tensor-type.js";
import { mul } from "./binary.js";
import { gather } from "./gather.js";
import { matMul } from "./mat-mul.js";
import { sum } from "./reduce.js";
import { reshape, transpose } from "./shape.js";

/** A tensor with a label for each of its axes, no label twice. */
interface Labelled {
  readonly x: Tensor;
  readonly labels: readonly string[];
}

interface Equation {
  /** Labels of each operand. */
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}

/** The labels of a term; an ellipsis stands for `dots` axes, named so that the last ones of two operands are the same. */
function labelsOf(term: string, dots: number): string[] {
  const [head, tail, more] = term.split("...");
  const letters = `${head}${tail ?? ""}`;
  if (more !== undefined || /[^A-Za-z]/.test(letters))
    throw invalidArgument(
      "equation",
      term,
      "letters and at most one ellipsis for each operand, as in 'bij,jk->bik'",
    );
  if (tail === undefined) return [...head];
  return [...head, ...Array.from({ length: dots }, (_, i) => `.${dots - i}`), ...tail];
}

/** How many axes the ellipsis of a term stands for. */
const dotsIn = (term: string, rank: number) => (term.includes("...") ? rank - (term.length - 3) : 0);

function parse(equation: string, xs: readonly Tensor[]): Equation {
  const [left, right, more] = equation.replaceAll(" ", "").split("->");
  const terms = left.split(",");
  if (more !== undefined || terms.length !== xs.length) {
    throw invalidArgument(
      "equation",
      equation,
      `of the form 'ij,jk->ik' with a term for each of the ${xs.length} operands`,
    );
  }
  const inputs = terms.map((term, i) => {
    const labels = labelsOf(term, dotsIn(term, xs[i].rank));
    if (labels.length !== xs[i].rank || dotsIn(term, xs[i].rank) < 0)
      throw new ShapeError(
        `einsum() got [${xs[i].shape.join(", ")}] for the term "${term}" of "${equation}".`,
      );
    return labels;
  });
  const all = inputs.flat();
  const dots = Math.max(0, ...terms.map((term, i) => dotsIn(term, xs[i].rank)));
  // As in numpy: without an arrow, the labels that come once, in the order of the alphabet, behind those of ellipses.
  const once = [...new Set(all)]
    .filter((l) => l.length === 1 && all.indexOf(l) === all.lastIndexOf(l))
    .sort();
  const output = right === undefined ? [...labelsOf("...", dots), ...once] : labelsOf(right, dots);
  const known = output.every((label, i) => all.includes(label) && output.indexOf(label) === i);
  if (!known)
    throw invalidArgument("equation", equation, "with each label of the result once, and in an operand");
  return { inputs, output };
}

/** The extent of each label, the same in all operands. */
function extentsOf(equation: string, { inputs }: Equation, xs: readonly Tensor[]): Map<string, number> {
  const extents = new Map<string, number>();
  inputs.forEach((labels, i) => {
    labels.forEach((label, axis) => {
      const extent = xs[i].shape[axis];
      const before = extents.get(label) ?? extent;
      if (before !== extent)
        throw new ShapeError(
          `einsum() got the extents ${before} and ${extent} for "${label}" of "${equation}".`,
        );
      extents.set(label, extent);
    });
  });
  return extents;
}

/** The diagonal for each label that comes twice. */
function withoutRepeats({ x, labels }: Labelled): Labelled {
  const second = labels.findIndex((label, i) => labels.indexOf(label) < i);
  if (second < 0) return { x, labels };
  const first = labels.indexOf(labels[second]);
  const n = x.shape[first];
  const rest = labels.map((_, i) => i).filter((i) => i !== first && i !== second);
  const square = reshape(transpose(x, [...rest, first, second]), [...rest.map((i) => x.shape[i]), n * n]);
  const diagonal = gather(
    square,
    Array.from({ length: n }, (_, i) => i * (n + 1)),
    -1,
  );
  return withoutRepeats({ x: diagonal, labels: [...rest.map((i) => labels[i]), labels[second]] });
}

/** The sum over all labels that are not needed any more. */
function summed({ x, labels }: Labelled, needed: (label: string) => boolean): Labelled {
  const axes = labels.flatMap((label, i) => (needed(label) ? [] : [i]));
  return axes.length === 0 ? { x, labels } : { x: sum(x, axes), labels: labels.filter(needed) };
}

/** The axes in the order of the given labels. */
function ordered({ x, labels }: Labelled, wanted: readonly string[]): Tensor {
  const perm = wanted.map((label) => labels.indexOf(label));
  return perm.every((axis, i) => axis === i) ? x : transpose(x, perm);
}

/** Σ a · b over the labels that both have and nobody needs any more, as one product of matrices in batches. */
function contract(
  a: Labelled,
  b: Labelled,
  extents: Map<string, number>,
  needed: (label: string) => boolean,
): Labelled {
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const batch = shared.filter(needed);
  const inner = shared.filter((label) => !needed(label));
  const rows = a.labels.filter((label) => !shared.includes(label));
  const columns = b.labels.filter((label) => !shared.includes(label));
  const extent = (labels: readonly string[]) => labels.map((label) => extents.get(label) as number);
  const size = (labels: readonly string[]) => extent(labels).reduce((n, e) => n * e, 1);
  const labels = [...batch, ...rows, ...columns];
  const [left, right] = [
    ordered(a, [...batch, ...rows, ...inner]),
    ordered(b, [...batch, ...inner, ...columns]),
  ];
  const [s, m, k, n] = [batch, rows, inner, columns].map(size);
  const x =
    inner.length === 0
      ? mul(reshape(left, [s, m, 1]), reshape(right, [s, 1, n]))
      : matMul(reshape(left, [s, m, k]), reshape(right, [s, k, n]));
  return { x: reshape(x, extent(labels)), labels };
}

/**
 * Products of tensors, summed over labelled axes (Einstein's summation convention, as in numpy): each letter names an axis, the
 * letters behind the arrow are those of the result, and the others are summed over. A letter that comes twice in one term takes
 * the diagonal. `...` stands for axes without a letter. Without an arrow, letters that come once are kept, in alphabetical order.
 * Operands are multiplied from left to right, each time as a product of matrices.
 *
 * @throws {@link ValidationError} when the equation cannot be read; {@link ShapeError} when operands do not fit it
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { einsum, readSync, tensor } from "@plenoptic/tensor";
 * const [a, b] = [tensor([[1, 2], [3, 4]]), tensor([1, 10])];
 * console.log(readSync(einsum("ij,j->i", a, b)), readSync(einsum("ii->", a))); // [21, 43] [5]
 * ```
 */
export function einsum(equation: string, ...xs: readonly Tensor[]): Tensor {
  const parsed = parse(equation, xs);
  const extents = extentsOf(equation, parsed, xs);
  const { inputs, output } = parsed;
  return tidy(() => {
    const operands = xs.map((x, i) => {
      const others = inputs.filter((_, j) => j !== i).flat();
      return summed(
        withoutRepeats({ x, labels: inputs[i] }),
        (l) => output.includes(l) || others.includes(l),
      );
    });
    const result = operands.reduce((a, b, i) => {
      const later = operands.slice(i + 1).flatMap(({ labels }) => labels);
      return contract(a, b, extents, (label) => output.includes(label) || later.includes(label));
    });
    // A copy in name, where nothing was to be done: what comes out is never one of the operands.
    return reshape(
      ordered(result, output),
      output.map((label) => extents.get(label) as number),
    );
  });
}
