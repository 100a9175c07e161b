import { existsSync, readdirSync } from "node:fs";
import { dirname } from "node:path";

const chromium = process.env.PLENOPTIC_CHROMIUM ?? "/usr/bin/chromium";
const folders = [dirname(chromium), "/usr/lib/chromium"];
const driverLists = ["/etc/vulkan/icd.d", "/usr/share/vulkan/icd.d"];
const hasFiles = (folder) => existsSync(folder) && readdirSync(folder).length > 0;

/**
 * On a Linux machine without a driver for Vulkan: the environment in which WebGPU for Node uses the loader and
 * the software driver that Chromium brings. Elsewhere nothing, so that a GPU is used where there is one.
 */
export function softwareVulkan() {
  if (process.platform !== "linux" || process.env.VK_ICD_FILENAMES || driverLists.some(hasFiles)) return {};
  const folder = folders.find((path) => existsSync(`${path}/vk_swiftshader_icd.json`));
  if (!folder) return {};
  const paths = [folder, process.env.LD_LIBRARY_PATH].filter(Boolean);
  return { VK_ICD_FILENAMES: `${folder}/vk_swiftshader_icd.json`, LD_LIBRARY_PATH: paths.join(":") };
}
