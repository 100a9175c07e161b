const minus = "−";

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A power of ten as people write it: 10⁻³. */
export function powerOfTen(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => superscripts[Number(digit)]).join("");
  return `10${exponent < 0 ? "⁻" : ""}${digits}`;
}

/** One digit and a power of ten, 2×10⁻⁴; plain where that is short. */
export function scientific(value: number): string {
  if (value >= 1e-2 && value < 1e4) return formatNumber(value);
  const [mantissa, exponent] = value.toExponential(0).split("e");
  return mantissa === "1" ? powerOfTen(Number(exponent)) : `${mantissa}×${powerOfTen(Number(exponent))}`;
}

/** A number in `digits` significant digits without idle zeros, with an exponent where it is very small or large. */
export function formatNumber(value: number, digits = 3): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${minus}∞`;
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e5) {
    return String(Number(value.toPrecision(digits))).replace("-", minus);
  }
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  return `${Number(mantissa)}e${Number(exponent)}`.replaceAll("-", minus);
}

/** The same for a list of ticks, all with as many decimals as the step between them needs. */
export function formatTicks(ticks: readonly number[]): string[] {
  const largest = Math.max(0, ...ticks.map(Math.abs));
  if (largest !== 0 && (largest < 1e-3 || largest >= 1e5)) return ticks.map((tick) => formatNumber(tick, 4));
  const decimals = Math.max(
    0,
    ...ticks.map((tick) => (String(Number(tick.toPrecision(12))).split(".")[1] ?? "").length),
  );
  return ticks.map((tick) => {
    const text = tick.toFixed(Math.min(decimals, 12));
    return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", minus);
  });
}
