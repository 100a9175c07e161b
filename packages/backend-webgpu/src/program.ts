/** A number that the program reads from its uniform buffer. */
export type ParamType = "i32" | "u32" | "f32";

/** A buffer of numbers: its name in the program and their type. */
export type Binding = readonly [name: string, type: "f32" | "i32" | "vec2f"];

/** A compute shader in WGSL, less what `sourceOf` writes for it. */
export interface Program {
  /** Names the program; two with one key must have the same source. */
  readonly key: string;
  readonly outputs: readonly Binding[];
  readonly inputs: readonly Binding[];
  readonly params: readonly (readonly [name: string, type: ParamType])[];
  readonly workgroup: readonly [x: number, y: number, z: number];
  /** Functions and workgroup memory. */
  readonly declarations?: () => string;
  /** What `main` does; it may read `local`, `lane`, `group`, `groups` and `flat`, the index over all. */
  readonly body: () => string;
}

/** Invocations along x of a program that treats one value each; see {@link groupsFor}. */
export const flatWorkgroup = [64, 1, 1] as const;

/** Workgroups that cover `count` values at one invocation each, folded so as not to exceed the limit of one dimension. */
export function groupsFor(count: number, size: number, limit = 65535): [number, number, number] {
  const groups = Math.max(1, Math.ceil(count / size));
  const rows = Math.ceil(groups / limit);
  return [Math.ceil(groups / rows), rows, 1];
}

export function sourceOf(program: Program): string {
  const { outputs, inputs, params, workgroup } = program;
  const [x, y, z] = workgroup;
  const buffers = [...outputs.map((b) => ["read_write", ...b]), ...inputs.map((b) => ["read", ...b])].map(
    ([access, name, type], i) => `@group(0) @binding(${i}) var<storage, ${access}> ${name}: array<${type}>;`,
  );
  const fields = params.map(([name, type]) => `  ${name}: ${type},`);
  return `
struct Params {
${fields.join("\n")}
}
${buffers.join("\n")}
${params.length > 0 ? `@group(0) @binding(${buffers.length}) var<uniform> params: Params;` : ""}
${program.declarations?.() ?? ""}
@compute @workgroup_size(${x}, ${y}, ${z})
fn main(@builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) lane: u32,
        @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let flat = (group.y * groups.x + group.x) * ${x * y * z}u + lane;
${program.body()}
}
`;
}

/** The numbers of a program's uniform buffer, in the order of its `params`. */
export function packParams(program: Program, values: readonly number[]): ArrayBuffer {
  const bytes = new ArrayBuffer(Math.ceil((4 * values.length) / 16) * 16);
  const view = new DataView(bytes);
  program.params.forEach(([, type], i) => {
    if (type === "f32") view.setFloat32(4 * i, values[i], true);
    else if (type === "i32") view.setInt32(4 * i, values[i], true);
    else view.setUint32(4 * i, values[i], true);
  });
  return bytes;
}
