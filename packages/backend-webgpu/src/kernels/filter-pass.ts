import type { Program } from "../program.js";
import { copiesFunction, modeNumber, sourceFunction } from "./borders.js";

/** Along which axis of an image a pass filters. */
export type Direction = "across" | "down";

/**
 * Taps that one load of the tile serves. A tile is a workgroup's share of the input, with as many values beyond its
 * share of the output as the taps reach.
 */
const chunk = 64;
/** Outputs of one invocation, and of one workgroup along and beside the axis. */
const perLane = 4;
const geometry = {
  across: { lanesAlong: 32, lanesBeside: 8 },
  down: { lanesAlong: 8, lanesBeside: 32 },
} as const;

const tileOf = (direction: Direction) => {
  const { lanesAlong, lanesBeside } = geometry[direction];
  const along = lanesAlong * perLane;
  return { lanesAlong, along, beside: lanesBeside, reach: along + chunk - 1 };
};

/** Workgroups for `planes` planes of `along` × `beside` outputs. */
export function filterGroups(
  direction: Direction,
  along: number,
  beside: number,
  planes: number,
): [number, number, number] {
  const tile = tileOf(direction);
  return [Math.ceil(along / tile.along), Math.ceil(beside / tile.beside), planes];
}

/** Position in a plane's memory of place `i` along the axis in line `line`. */
const address = (direction: Direction, extent: string) =>
  direction === "across" ? `line * ${extent} + i` : `i * params.lines + line`;

/** Where place `i` of the tile in line `l` lies in workgroup memory: neighbours in memory stay neighbours. */
const inTile = (direction: Direction, i: string, l: string) => {
  const { beside, reach } = tileOf(direction);
  return direction === "across" ? `${l} * ${reach} + ${i}` : `${i} * ${beside} + ${l}`;
};

/**
 * One pass of a separable filter: out[p, i] = Σ over the sources s of plane p, Σ_j taps_s[j] · in[plane_s, i + j - origin].
 * Forwards the input goes on beyond its border as `params.mode` says. In the adjoint it is 0 there, and what padding had
 * copied from a place comes back to it.
 *
 * `table` holds, in one list, the first source of each plane and one more (counting from 0), then for each source its
 * plane and the place of its taps in the table, then the taps.
 */
export function filterPass(direction: Direction, isAdjoint: boolean): Program {
  const { along, beside, reach } = tileOf(direction);
  return {
    key: `filter ${direction} ${isAdjoint}`,
    outputs: [["y", "f32"]],
    inputs: [
      ["x", "f32"],
      ["table", "f32"],
    ],
    params: [
      "planes",
      "inPlanes",
      "extent",
      "outExtent",
      "lines",
      "taps",
      "origin",
      "before",
      "after",
      "mode",
    ].map((name) => [name, "i32"] as const),
    workgroup: [256, 1, 1],
    declarations: () => `${sourceFunction}
${isAdjoint ? copiesFunction : ""}
var<workgroup> tile: array<f32, ${reach * beside}>;
fn valueAt(base: i32, place: i32, line: i32) -> f32 {
  let i = source(place, params.extent, ${isAdjoint ? modeNumber.constant : "params.mode"});
  if (i < 0 || line >= params.lines) { return 0.0; }
  return x[base + ${address(direction, "params.extent")}];
}
${isAdjoint ? copied : ""}`,
    body: () => passBody(direction, along, beside, isAdjoint),
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

function passBody(direction: Direction, along: number, beside: number, isAdjoint: boolean): string {
  const { lanesAlong } = tileOf(direction);
  const across = direction === "across";
  return `
  let firstPlace = i32(group.x) * ${along};
  let firstLine = i32(group.y) * ${beside};
  let plane = i32(group.z) % params.planes;
  let batch = i32(group.z) / params.planes;
  let here = i32(lane) ${across ? "%" : "/"} 32;
  let myLine = i32(lane) ${across ? "/" : "%"} 32;
  let line = firstLine + myLine;
  var total = array<f32, ${perLane}>();
  let end = i32(table[plane + 1]);
  for (var s = i32(table[plane]); s < end; s = s + 1) {
    let entry = params.planes + 1 + 2 * s;
    let base = (batch * params.inPlanes + i32(table[entry])) * params.extent * params.lines;
    let taps = i32(table[entry + 1]);
    for (var first = 0; first < params.taps; first = first + ${chunk}) {
      let count = min(${chunk}, params.taps - first);
      let start = firstPlace + first - params.origin;
      let needed = ${along - 1} + count;
      for (var k = i32(lane); k < needed * ${beside}; k = k + 256) {
        let i = k ${across ? "% needed" : `/ ${beside}`};
        let l = k ${across ? "/ needed" : `% ${beside}`};
        tile[${inTile(direction, "i", "l")}] = valueAt(base, start + i, firstLine + l);
      }
      workgroupBarrier();
      for (var j = 0; j < count; j = j + 1) {
        let tap = table[taps + first + j];
        for (var r = 0; r < ${perLane}; r = r + 1) {
          total[r] = total[r] + tap * tile[${inTile(direction, `(here + r * ${lanesAlong} + j)`, "myLine")}];
        }
      }
      workgroupBarrier();
    }
    ${
      isAdjoint
        ? `for (var r = 0; r < ${perLane}; r = r + 1) {
      let i = firstPlace + here + r * ${lanesAlong};
      if (i < params.outExtent && line < params.lines) { total[r] = total[r] + fromCopies(base, i, line, taps); }
    }`
        : ""
    }
  }
  let outBase = (batch * params.planes + plane) * params.outExtent * params.lines;
  for (var r = 0; r < ${perLane}; r = r + 1) {
    let i = firstPlace + here + r * ${lanesAlong};
    if (i < params.outExtent && line < params.lines) { y[outBase + ${address(direction, "params.outExtent")}] = total[r]; }
  }`;
}
