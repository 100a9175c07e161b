// Preloaded with --import: writes the process's peak memory to the file that PEAK_FILE names, at exit.
import { writeFileSync } from "node:fs";

process.on("exit", () => writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS * 1024)));
