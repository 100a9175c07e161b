// What the machine has for a GPU benchmark, and how to get what it lacks.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { softwareVulkan } from "../../scripts/lib/software-vulkan.mjs";
import { findReference } from "../python.mjs";

/** The NVIDIA GPU as its driver describes it, or why there is none. */
export function findGpu() {
  const query = ["--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"];
  const { status, stdout, error } = spawnSync("nvidia-smi", query, { encoding: "utf8" });
  if (error) return { missing: "nvidia-smi, which comes with NVIDIA's driver, is not there" };
  const line = stdout.trim().split("\n")[0];
  if (status !== 0 || !line)
    return { missing: `nvidia-smi lists none (${line || `it ended with ${status}`})` };
  const [name, driver, memory] = line.split(", ");
  return { name, driver, memory };
}

const driverLists = ["/etc/vulkan/icd.d", "/usr/share/vulkan/icd.d"];

function libraryIsThere(name) {
  const { stdout } = spawnSync("ldconfig", ["-p"], { encoding: "utf8" });
  return (stdout ?? "").includes(name);
}

function installLoader() {
  if (process.platform !== "linux" || libraryIsThere("libvulkan.so.1")) return;
  console.log("Installing the Vulkan loader (libvulkan1).");
  spawnSync("apt-get", ["update", "-qq"], { stdio: "ignore" });
  spawnSync("apt-get", ["install", "-y", "-qq", "libvulkan1"], { stdio: "ignore" });
}

/**
 * Environment in which Dawn finds NVIDIA's Vulkan driver. Containers often have the driver's library without the file
 * that announces it to the Vulkan loader.
 */
export function vulkanEnvironment(gpu, out) {
  if (gpu.missing) return softwareVulkan();
  installLoader();
  const announced = driverLists.some(
    (folder) => existsSync(folder) && readdirSync(folder).some((file) => file.includes("nvidia")),
  );
  if (announced || process.env.VK_ICD_FILENAMES || process.platform !== "linux") return {};
  const library = ["libGLX_nvidia.so.0", "libEGL_nvidia.so.0"].find(libraryIsThere);
  if (!library) {
    console.log(
      "NVIDIA's Vulkan driver (libGLX_nvidia.so.0) is not there; in a container, NVIDIA_DRIVER_CAPABILITIES=all brings it.",
    );
    return {};
  }
  const file = join(out, "nvidia_icd.json");
  writeFileSync(
    file,
    JSON.stringify({ file_format_version: "1.0.0", ICD: { library_path: library, api_version: "1.3.0" } }),
  );
  return { VK_ICD_FILENAMES: file };
}

const isGpuPackage = (folder) =>
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).name.endsWith("-gpu");

/** The folders of CUDA's libraries that scripts/install-tfjs-node.sh puts beside tfjs-node-gpu. */
function cudaLibraries(folder) {
  const nvidia = join(folder, "../../../cuda/nvidia");
  if (!existsSync(nvidia)) return [];
  return readdirSync(nvidia)
    .map((name) => join(nvidia, name, "lib"))
    .filter(existsSync);
}

/** Environment in which backend-node finds tfjs-node-gpu (tfjs-node without a GPU), built on demand. */
export function tensorflowEnvironment(root, gpu) {
  let folder = process.env.PLENOPTIC_TFJS_NODE;
  if (!folder || (!gpu.missing && !isGpuPackage(folder))) {
    const variant = gpu.missing ? "cpu" : "gpu";
    console.log(`Building tfjs-node (${variant}), unless it is there; the first time downloads up to 3 GB.`);
    const script = join(root, "scripts", "install-tfjs-node.sh");
    const { status, stdout, stderr } = spawnSync(script, [variant], { encoding: "utf8" });
    if (status !== 0) return { missing: stderr.trim().split("\n").at(-1) };
    folder = stdout.trim();
  }
  const paths = [...cudaLibraries(folder), process.env.LD_LIBRARY_PATH].filter(Boolean);
  return { PLENOPTIC_TFJS_NODE: folder, LD_LIBRARY_PATH: paths.join(":"), TF_FORCE_GPU_ALLOW_GROWTH: "true" };
}

/** What PyTorch is there, as `[version, its CUDA, whether that finds a GPU]`. */
function askTorch(python) {
  const script =
    "import torch; print(torch.__version__, torch.version.cuda, torch.cuda.is_available(), sep='|')";
  return execFileSync(python, ["-c", script], { encoding: "utf8" }).trim().split("|");
}

/** A Python with the reference, installed into .venv on demand, and the device that its PyTorch offers. */
export function findPython(root, gpu) {
  try {
    let python = findReference(root);
    if (gpu.missing) return { python, device: "cpu" };
    let [version, cuda, available] = askTorch(python);
    if (available !== "True" && process.env.PLENOPTIC_PYTHON) {
      // PyTorch from the package index has CUDA; the one named may have been installed without.
      delete process.env.PLENOPTIC_PYTHON;
      python = findReference(root);
      [version, cuda, available] = askTorch(python);
    }
    if (available === "True") return { python, device: "cuda" };
    return { missing: `PyTorch ${version} (CUDA ${cuda}) finds no GPU with driver ${gpu.driver}` };
  } catch (error) {
    return { missing: `a Python with PyTorch cannot be had (${error.message.split("\n")[0]})` };
  }
}
