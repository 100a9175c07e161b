/** What is made of the numbers that docs/figures/textures.mjs records. */
import { plot, readSync } from "plenoptic";

/** In the order of the representation, what the reader is told about each group. */
export const groups = [
  "pixel_statistics",
  "auto_correlation_magnitude",
  "skew_reconstructed",
  "kurtosis_reconstructed",
  "auto_correlation_reconstructed",
  "std_reconstructed",
  "cross_orientation_correlation_magnitude",
  "magnitude_std",
  "cross_scale_correlation_magnitude",
  "cross_scale_correlation_real",
  "var_highpass_residual",
];

/** ‖a - b‖ / ‖b‖ of each group. The least and the largest pixel are left out, as they are in the loss. */
export function errorsByGroup(model, a, b) {
  const [own, wanted] = [model.convertToDict(a), model.convertToDict(b)];
  return Object.fromEntries(
    Object.keys(wanted).map((name) => {
      const count = name === "pixel_statistics" ? 4 : wanted[name].size;
      const [x, y] = [own, wanted].map((groups) => readSync(groups[name]).slice(0, count));
      let [difference, norm] = [0, 0];
      y.forEach((value, i) => {
        if (Number.isNaN(value)) return;
        difference += (x[i] - value) ** 2;
        norm += value ** 2;
      });
      return [name, Math.sqrt(difference / norm)];
    }),
  );
}

export const lossFigure = ({ losses, penalties }) =>
  plot.synthesisLoss({ losses, penalties, penaltyLambda: 0.1 }, { width: 560, height: 300 });

const percent = (x) => `${x >= 0.001 ? Number((100 * x).toPrecision(2)) : (100 * x).toPrecision(2)} %`;

/** The table of relative errors in the tutorial. */
export function errorTable({ errors, errorsOfSeed1, errorsOfAnotherPiece }) {
  const columns = [...Object.values(errors), errorsOfSeed1, errorsOfAnotherPiece];
  const heads = [
    ...Object.keys(errors).map((n) => (n === "0" ? "start" : n)),
    "100, seed 1",
    "another piece",
  ];
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [
    line(["iterations", ...heads]),
    line(["---", ...heads.map(() => "--:")]),
    ...groups.map((name) => line([`\`${name}\``, ...columns.map((column) => percent(column[name]))])),
  ].join("\n");
}
