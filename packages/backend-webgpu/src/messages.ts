/** What is known about the place we run in, as far as advice depends on it. */
export interface Place {
  readonly host: "node" | "page";
  readonly platform: string;
  readonly userAgent: string;
  /** Browsers offer WebGPU on https and localhost only. */
  readonly isSecure: boolean;
}

export const isNode = (): boolean => typeof process !== "undefined" && !!process.versions?.node;

export function thisPlace(): Place {
  if (isNode()) return { host: "node", platform: process.platform, userAgent: "", isSecure: true };
  const { userAgent = "" } = globalThis.navigator ?? {};
  const platform = /Linux|X11/.test(userAgent) && !/Android/.test(userAgent) ? "linux" : "";
  return { host: "page", platform, userAgent, isSecure: globalThis.isSecureContext !== false };
}

const otherwise = 'Or compute on the CPU: useBackend("cpu").';

/** Why there is no `navigator.gpu` in a page or worker, and what to do. */
export function noWebGpu({ userAgent, isSecure, platform }: Place): string {
  if (!isSecure) {
    return `There is no WebGPU here, because the page was not loaded over https or from localhost. Serve it so. ${otherwise}`;
  }
  return `This browser has no WebGPU. ${browserAdvice(userAgent, platform)} ${otherwise}`;
}

function browserAdvice(userAgent: string, platform: string): string {
  if (/Firefox\//.test(userAgent)) {
    return (
      "Firefox has it from version 141 on Windows and 145 on macOS; elsewhere set dom.webgpu.enabled " +
      "in about:config, or use Firefox Nightly or Chrome."
    );
  }
  if (/Chrome\/|Chromium\/|Edg\//.test(userAgent)) {
    return (
      "Chrome and Edge have it from version 113 (Android: 121). chrome://gpu says whether it is switched off, and why." +
      (platform === "linux" ? ` ${linuxFlag}` : "")
    );
  }
  if (/Safari\//.test(userAgent)) return "Safari has it from version 26 (macOS, iOS, iPadOS, visionOS 26).";
  return "Chrome and Edge have it from version 113, Safari from 26, Firefox from 141 (Windows) and 145 (macOS).";
}

const linuxFlag =
  "On Linux, switch on chrome://flags/#enable-unsafe-webgpu, or start it with --enable-unsafe-webgpu.";

/** Why WebGPU is there but offers no GPU, and what to do. */
export function noAdapter(place: Place): string {
  if (place.host === "node") return `WebGPU found no GPU. ${driverAdvice(place.platform)} ${otherwise}`;
  const { userAgent, platform } = place;
  const advice = /Firefox\//.test(userAgent)
    ? "about:support, under Graphics, says why."
    : /Chrome\/|Chromium\/|Edg\//.test(userAgent)
      ? `chrome://gpu says why. Is "Use graphics acceleration when available" on in the settings?${platform === "linux" ? ` ${linuxFlag}` : ""}`
      : "Update the graphics driver and the browser.";
  return `The browser has WebGPU but found no GPU that it can use. ${advice} ${otherwise}`;
}

function driverAdvice(platform: string): string {
  if (platform === "linux") {
    return (
      "On Linux it needs a Vulkan driver (NVIDIA's own, or Mesa 24 or newer: mesa-vulkan-drivers) and the loader libvulkan.so.1 " +
      "(package libvulkan1). vulkaninfo lists the drivers; VK_ICD_FILENAMES chooses one."
    );
  }
  if (platform === "win32")
    return "On Windows it needs a driver for Direct3D 12: update the graphics driver.";
  return "Update the operating system and its graphics driver.";
}

/** There is a GPU, and its driver does not let it be used. */
export const notOpened = (problem: string): string =>
  `The GPU could not be opened: ${problem.replace(/\.?\s*$/, ".")} Another program may be using it up, or its driver has stopped working. ${otherwise}`;

/** Node, and the package that brings WebGPU is not installed or cannot be loaded. */
export function noPackage(problem: string): string {
  return (
    `WebGPU in Node needs the package "webgpu" (Dawn): npm install webgpu. ${otherwise}` +
    (problem ? ` The attempt to load it ended with: ${problem}` : "")
  );
}

const binary = (bytes: number): string => {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 1024 ** step).toPrecision(4))} ${units[step]}`;
};

/** A tensor that does not fit into one buffer of the GPU. */
export function tooLarge(shape: readonly number[], bytes: number, limit: number): string {
  return (
    `A tensor of shape [${shape.join(", ")}] needs ${binary(bytes)}, but this GPU's buffers hold at most ${binary(limit)}. ` +
    'Use a smaller picture, fewer channels or pictures at a time, or useBackend("cpu").'
  );
}

export const readAtOnce =
  "Values on a GPU cannot be read at once: await read(x) instead of readSync(x), data() instead of dataSync().";
