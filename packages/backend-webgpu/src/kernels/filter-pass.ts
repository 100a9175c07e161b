import type { Program } from "../program.js";
import { copiesFunction, modeNumber, sourceFunction } from "./borders.js";

/** Along which axis of an image a pass filters. */
export type Direction = "across" | "down";

/**
 * Taps that one load of the tile serves. A tile is a workgroup's share of the input, with as many values beyond its
 * share of the output as the taps reach.
 */
const chunk = 64;
/** Neighbouring outputs of one invocation: with each tap one more value of the tile enters, and serves them all. */
const perLane = 16;
const lanes = 64;

/**
 * Invocations along the axis and beside it, and how far apart the tile's values are: neighbours in the image's memory are
 * neighbours across, and values that invocations read at one time lie in different banks of memory.
 */
const geometry = {
  across: { lanesAlong: 4, beside: 16, strideAlong: 1, strideBeside: 129, size: 16 * 129 },
  down: { lanesAlong: 2, beside: 32, strideAlong: 32, strideBeside: 1, size: (2 * perLane + chunk) * 32 },
} as const;

/** Workgroups for `planes` planes of `along` × `beside` outputs. */
export function filterGroups(
  direction: Direction,
  along: number,
  beside: number,
  planes: number,
): [number, number, number] {
  const tile = geometry[direction];
  return [Math.ceil(along / (tile.lanesAlong * perLane)), Math.ceil(beside / tile.beside), planes];
}

/** Position in a plane's memory of place `i` along the axis in line `line`. */
const address = (direction: Direction, extent: string) =>
  direction === "across" ? `line * ${extent} + i` : `i * params.lines + line`;

/**
 * One pass of a separable filter: out[p, i] = Σ over the sources s of plane p, Σ_j taps_s[j] · in[plane_s, i + j - origin].
 * Forwards the input goes on beyond its border as `params.mode` says. In the adjoint it is 0 there, and what padding had
 * copied from a place comes back to it.
 *
 * `table` holds, in one list, the first source of each plane and one more (counting from 0), then for each source its
 * plane and the place of its taps in the table, then the taps.
 */
export function filterPass(direction: Direction, isAdjoint: boolean): Program {
  return {
    key: `filter ${direction} ${isAdjoint}`,
    outputs: [["y", "f32"]],
    inputs: [
      ["x", "f32"],
      ["table", "f32"],
    ],
    params: [
      ...["planes", "inPlanes", "extent", "outExtent", "lines", "taps"],
      ...["origin", "before", "after", "mode"],
    ].map((name) => [name, "i32"] as const),
    workgroup: [lanes, 1, 1],
    declarations: () => `${sourceFunction}
${isAdjoint ? copiesFunction : ""}
var<workgroup> tile: array<f32, ${geometry[direction].size}>;
fn valueAt(base: i32, place: i32, line: i32) -> f32 {
  let i = source(place, params.extent, ${isAdjoint ? modeNumber.constant : "params.mode"});
  if (i < 0 || line >= params.lines) { return 0.0; }
  return x[base + ${address(direction, "params.extent")}];
}
${isAdjoint ? copied : ""}`,
    body: () => passBody(direction, isAdjoint),
  };
}

/** What the copies that padding made of place `i` send back to it. */
const copied = `
fn filteredAt(base: i32, p: i32, line: i32, taps: i32) -> f32 {
  var total = 0.0;
  for (var j = 0; j < params.taps; j = j + 1) {
    total = total + table[taps + j] * valueAt(base, p + j - params.taps + 1, line);
  }
  return total;
}
fn fromCopies(base: i32, i: i32, line: i32, taps: i32) -> f32 {
  let c = copies(i, params.outExtent, params.before, params.after, params.mode);
  var total = 0.0;
  for (var p = c.before.x; p < c.before.y; p = p + 1) { total = total + filteredAt(base, p, line, taps); }
  for (var p = c.after.x; p < c.after.y; p = p + 1) { total = total + filteredAt(base, p, line, taps); }
  return total;
}`;

const outputs = Array.from({ length: perLane }, (_, r) => r);
const vectors = [0, 1, 2, 3];
/** Four neighbours of the window, from `i` on. */
const four = (i: number) => `vec4f(w${i}, w${i + 1}, w${i + 2}, w${i + 3})`;

/** WGSL: `count` taps from `j` on meet the window, which then moves on. `at` is the lane's first place of the tile. */
function advance(direction: Direction, count: number): string {
  const { strideAlong } = geometry[direction];
  const taps = Array.from({ length: count }, (_, k) => k);
  return `
        ${taps.map((k) => `let w${perLane + k} = tile[at + (j + ${perLane + k}) * ${strideAlong}];`).join(" ")}
        ${taps.map((k) => `let t${k} = table[taps + first + j + ${k}];`).join(" ")}
        ${vectors.map((v) => `total${v} = total${v} + ${taps.map((k) => `t${k} * ${four(4 * v + k)}`).join(" + ")};`).join("\n        ")}
        ${outputs.map((r) => `w${r} = w${r + count};`).join(" ")}
        j = j + ${count};`;
}

function passBody(direction: Direction, isAdjoint: boolean): string {
  const { lanesAlong, beside, strideAlong, strideBeside } = geometry[direction];
  const across = direction === "across";
  const along = lanesAlong * perLane;
  return `
  let firstPlace = i32(group.x) * ${along};
  let firstLine = i32(group.y) * ${beside};
  let plane = i32(group.z) % params.planes;
  let batch = i32(group.z) / params.planes;
  let myPlace = (i32(lane) / ${beside}) * ${perLane};
  let myLine = i32(lane) % ${beside};
  let line = firstLine + myLine;
  let at = myPlace * ${strideAlong} + myLine * ${strideBeside};
  ${vectors.map((v) => `var total${v} = vec4f();`).join(" ")}
  let end = i32(table[plane + 1]);
  for (var s = i32(table[plane]); s < end; s = s + 1) {
    let entry = params.planes + 1 + 2 * s;
    let base = (batch * params.inPlanes + i32(table[entry])) * params.extent * params.lines;
    let taps = i32(table[entry + 1]);
    for (var first = 0; first < params.taps; first = first + ${chunk}) {
      let count = min(${chunk}, params.taps - first);
      let start = firstPlace + first - params.origin;
      let needed = ${along - 1} + count;
      for (var k = i32(lane); k < needed * ${beside}; k = k + ${lanes}) {
        let i = k ${across ? "% needed" : `/ ${beside}`};
        let l = k ${across ? "/ needed" : `% ${beside}`};
        tile[i * ${strideAlong} + l * ${strideBeside}] = valueAt(base, start + i, firstLine + l);
      }
      workgroupBarrier();
      ${outputs.map((r) => `var w${r} = tile[at + ${r * strideAlong}];`).join(" ")}
      var j = 0;
      while (j + 4 <= count) { ${advance(direction, 4)}
      }
      while (j < count) { ${advance(direction, 1)}
      }
      workgroupBarrier();
    }
    ${isAdjoint ? addCopies : ""}
  }
  let outBase = (batch * params.planes + plane) * params.outExtent * params.lines;
  ${across ? storeAcross(along, beside) : storeDown}`;
}

const addCopies = `if (line < params.lines) {
      ${vectors
        .map(
          (v) => `for (var r = 0; r < 4; r = r + 1) {
        let i = firstPlace + myPlace + ${4 * v} + r;
        if (i < params.outExtent) { total${v}[r] = total${v}[r] + fromCopies(base, i, line, taps); }
      }`,
        )
        .join("\n      ")}
    }`;

/** Neighbouring lanes hold neighbours in memory. */
const storeDown = vectors
  .map(
    (v) => `for (var r = 0; r < 4; r = r + 1) {
    let i = firstPlace + myPlace + ${4 * v} + r;
    if (i < params.outExtent && line < params.lines) { y[outBase + i * params.lines + line] = total${v}[r]; }
  }`,
  )
  .join("\n  ");

/** Each lane holds a stretch of a line; by way of the tile, neighbouring lanes write neighbours. */
const storeAcross = (along: number, beside: number) => `
  ${vectors.map((v) => `for (var r = 0; r < 4; r = r + 1) { tile[at + ${4 * v} + r] = total${v}[r]; }`).join("\n  ")}
  workgroupBarrier();
  for (var k = i32(lane); k < ${along * beside}; k = k + ${lanes}) {
    let i = firstPlace + k % ${along};
    let l = k / ${along};
    if (i < params.outExtent && firstLine + l < params.lines) {
      y[outBase + (firstLine + l) * params.outExtent + i] = tile[l * ${geometry.across.strideBeside} + k % ${along}];
    }
  }`;
