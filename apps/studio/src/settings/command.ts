import type { MetamerSettings } from "@plenoptic/cli/settings";
import { formatOption } from "./address.js";
import { builtInPicture, defaultSettings, type OptionBag, type Settings, stonesPicture } from "./settings.js";

/** The settings as the command has them. */
export function toCommandSettings(settings: Settings): MetamerSettings {
  const {
    picture: _picture,
    pictureName: _name,
    initialImage: _initial,
    initialImageName: _initialName,
    ...rest
  } = settings;
  return { ...rest, out: "" };
}

const quote = (text: string) => (/^[\w./=,:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

function optionArguments(flag: string, options: OptionBag): string[] {
  return Object.entries(options).flatMap(([name, value]) => [flag, `${name}=${formatOption(value)}`]);
}

/** The command that makes the same metamer. `fileName` is what the picture is called. */
export function toCommand(settings: Settings, fileName: string): string {
  const words = ["npx", "plenoptic", "metamer"];
  const isBuiltIn = settings.picture === builtInPicture;
  if (!isBuiltIn) words.push(settings.picture === stonesPicture ? `${stonesPicture}.png` : fileName);
  const say = (flag: string, value: unknown, preset?: unknown) => {
    if (value !== undefined && value !== preset) words.push(flag, String(value));
  };
  say("--reduce", settings.reduce);
  say("--crop", settings.crop ?? "all", isBuiltIn ? 256 : "all");
  say("--left", settings.left);
  say("--top", settings.top);
  if (settings.color) words.push("--color");
  say("--model", settings.model, defaultSettings.model);
  words.push(...optionArguments("--model-option", settings.modelOption));
  say("--loss", settings.loss);
  say("--penalty-lambda", settings.penaltyLambda, defaultSettings.penaltyLambda);
  say("--optimizer", settings.optimizer);
  words.push(...optionArguments("--optimizer-option", settings.optimizerOption));
  say("--scheduler", settings.scheduler);
  words.push(...optionArguments("--scheduler-option", settings.schedulerOption));
  say("--coarse-to-fine", settings.coarseToFine);
  say("--change-scale-criterion", settings.changeScaleCriterion);
  say("--ctf-iters-to-check", settings.ctfItersToCheck);
  if (settings.initialImage) say("--initial-image", settings.initialImageName ?? "start.png");
  say("--max-iter", settings.maxIter, defaultSettings.maxIter);
  say("--stop-criterion", settings.stopCriterion, defaultSettings.stopCriterion);
  say("--stop-iters-to-check", settings.stopItersToCheck, defaultSettings.stopItersToCheck);
  say("--store-progress", settings.storeProgress, 0);
  say("--seed", settings.seed, defaultSettings.seed);
  say("--device", settings.device, "cpu");
  say("--dtype", settings.dtype, defaultSettings.dtype);
  return words.map(quote).join(" ");
}
