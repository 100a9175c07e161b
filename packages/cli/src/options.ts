import { type Command, Option } from "commander";
import { collectOption, notNegative, type OptionBag, wholeNumber, wordOr } from "./option-values.js";

/** What `plenoptic metamer` was asked to do: its options, parsed. */
export interface MetamerSettings {
  readonly model: string;
  readonly modelOption: OptionBag;
  /** Undefined: the one that suits the model. */
  readonly loss?: string;
  readonly penaltyLambda: number;
  /** Undefined: the one that suits the model; in general the library's default, Adam with amsgrad. */
  readonly optimizer?: string;
  readonly optimizerOption: OptionBag;
  readonly scheduler?: string;
  readonly schedulerOption: OptionBag;
  readonly maxIter: number;
  readonly stopCriterion: number;
  readonly stopItersToCheck: number;
  /** Undefined: all scales from the beginning. */
  readonly coarseToFine?: "together" | "separate";
  /** "none": by count. Undefined: the library's default. */
  readonly changeScaleCriterion?: number | "none";
  readonly ctfItersToCheck?: number;
  /** 0 for none. */
  readonly storeProgress: number;
  readonly seed: number;
  readonly device: string;
  readonly dtype: "float32" | "float64";
  readonly initialImage?: string;
  /** File of an earlier run to go on from. */
  readonly resume?: string;
  /** Undefined: only at the end. */
  readonly checkpointEvery?: number;
  /** The shorter side that the picture is reduced to, before it is cropped. */
  readonly reduce?: number;
  /** "all": nothing is left out, also of the built-in photograph. */
  readonly crop?: number | "all";
  /** Where the crop begins; undefined: so that it is in the middle. */
  readonly left?: number;
  readonly top?: number;
  readonly color?: boolean;
  readonly out: string;
  readonly watch?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

const examples = `
Built-in models and their options:
  Gaussian (kernelSize=30, std=3), CenterSurround (kernelSize=31, centerStd=1, surroundStd=4, onCenter=true),
  LinearNonlinear, LuminanceGainControl, LuminanceContrastGainControl, OnOff (kernelSize=31, pretrained=true:
  the parameters fitted to human data; random ones when kernelSize is given), Linear, Identity,
  PortillaSimoncelli (nScales=4, nOrientations=4, spatialCorrWidth=7): the statistics of textures. Height and
  width must be multiples of 2^nScales; --crop makes them so. Unless told otherwise it is synthesized with
  --loss portillaSimoncelli (least and largest pixel do not count, the highpass residual does a hundredfold)
  and --optimizer LBFGS (lr=1, maxIter=10, maxEval=10, historySize=100, lineSearchFn=strongWolfe). The
  progress names the statistics with the largest shares of the loss; progress.json holds all shares.
  With --coarse-to-fine its defaults are --loss l2Norm and Adam.
  A model of your own: ./my-model.mjs#MyModel or my-package#MyModel, an exported class (its constructor gets
  the options as one object), function, or object with forward(x).

Examples:
  plenoptic metamer
  plenoptic metamer photo.jpg --crop 256 --model OnOff --max-iter 500 --out on-off
  plenoptic metamer bark.jpg --model PortillaSimoncelli --crop 256 --out bark
  plenoptic metamer photo.png --model-option std=6 --seed 1 --dtype float64
  plenoptic metamer photo.png --optimizer SGD --optimizer-option lr=5 --optimizer-option momentum=0.9 \\
      --scheduler StepLR --scheduler-option stepSize=50
  plenoptic metamer photo.png --model ./my-model.mjs#MyModel --model-option size=9
  plenoptic metamer bark.jpg --model PortillaSimoncelli --crop 256 --coarse-to-fine together \\
      --change-scale-criterion none --ctf-iters-to-check 20
  plenoptic metamer photo.png --max-iter 5000 --checkpoint-every 100 --out long
  plenoptic metamer photo.png --max-iter 5000 --resume long/metamer.pt --out long

Exit codes: 0 done, 1 failed, 2 bad usage, 130 interrupted (after saving what there is).`;

/** Choices of what is synthesized. */
function modelOptions(option: (flags: string, text: string) => Option): Option[] {
  return [
    option("--model <name>", "a built-in model, or module#export").default("Gaussian"),
    option(
      "--model-option <name=value>",
      "option of the model; may be repeated; lists in JSON, e.g. std=[2,4]",
    )
      .argParser(collectOption)
      .default({}, "by model, see below"),
    option(
      "--loss <name>",
      "distance of two representations: mse, l2Norm, relativeSse, portillaSimoncelli (default: mse; for the model PortillaSimoncelli, the last)",
    ),
    option("--penalty-lambda <number>", "weight of the penalty for leaving [0, 1]")
      .argParser(notNegative)
      .default(0.1),
  ];
}

/** Choices of how the descent goes. */
function optimizerOptions(option: (flags: string, text: string) => Option): Option[] {
  return [
    option(
      "--optimizer <name>",
      "Adam, AdamW, SGD or LBFGS (default: Adam with amsgrad; for PortillaSimoncelli, LBFGS)",
    ),
    option("--optimizer-option <name=value>", "option of the optimizer; may be repeated")
      .argParser(collectOption)
      .default({}, "lr=0.01; for PortillaSimoncelli, see below"),
    option(
      "--scheduler <name>",
      "StepLR, MultiStepLR, ExponentialLR, CosineAnnealingLR or ReduceLROnPlateau (default: none)",
    ),
    option("--scheduler-option <name=value>", "option of the scheduler; may be repeated")
      .argParser(collectOption)
      .default({}, "none"),
    option("--max-iter <n>", "iterations at most").argParser(wholeNumber(1)).default(100),
    option("--stop-criterion <number>", "stop when the loss changes by less …")
      .argParser(notNegative)
      .default(1e-4),
    option("--stop-iters-to-check <n>", "… over so many iterations").argParser(wholeNumber(1)).default(50),
    option("--store-progress <n>", "keep every n-th image, in metamer.pt")
      .argParser(wholeNumber(0))
      .default(0, "none"),
  ];
}

/** Choices of how a model with scales is matched. */
function scaleOptions(option: (flags: string, text: string) => Option): Option[] {
  return [
    option(
      "--coarse-to-fine <how>",
      "match the model's scales one after the other, each together with the coarser ones or separate (default: all at once)",
    ).choices(["together", "separate"]),
    option(
      "--change-scale-criterion <number>",
      "go on to the next scale when the loss of one changes by less …; none: after so many iterations (default: 0.01)",
    ).argParser(wordOr("none", notNegative)),
    option("--ctf-iters-to-check <n>", "… over so many iterations (default: 50)").argParser(wholeNumber(1)),
  ];
}

/** The choices of `--device`. */
const deviceNames = ["cpu", "webgpu", "node", "auto"];

/** Choices of where it runs, and what goes in and out. */
function inputOutputOptions(option: (flags: string, text: string) => Option): Option[] {
  return [
    option("--seed <n>", "of the random numbers; the same seed gives the same bits on every machine (on cpu)")
      .argParser(wholeNumber())
      .default(0),
    option("--device <name>", "where to compute; auto tries what is there, and takes the fastest")
      .choices(deviceNames)
      .default("cpu"),
    option("--dtype <name>", "precision").choices(["float32", "float64"]).default("float32"),
    option("--initial-image <file>", "picture to start from (default: uniform noise)").conflicts("resume"),
    option(
      "--resume <file>",
      "go on from a metamer.pt, with the same picture, model and optimizer",
    ).conflicts(["optimizerOption", "schedulerOption"]),
    option("--checkpoint-every <n>", "save metamer.pt every n iterations (default: at the end)").argParser(
      wholeNumber(1),
    ),
    option(
      "--crop <n>",
      "use the middle n×n pixels (default: 256 of the built-in photograph, else all)",
    ).argParser(wordOr("all", wholeNumber(1))),
    option("--left <n>", "column where the crop begins, from 0 (default: it is in the middle)").argParser(
      wholeNumber(0),
    ),
    option("--top <n>", "row where the crop begins, from 0 (default: it is in the middle)").argParser(
      wholeNumber(0),
    ),
    option("--reduce <n>", "first make the picture smaller, so that its shorter side has n pixels").argParser(
      wholeNumber(1),
    ),
    option("--color", "keep red, green and blue, for models that take three channels"),
    option("--out <folder>", "where the results go; files there are replaced").default("plenoptic-out"),
    option("--watch", "draw the image in the terminal while it is made (kitty, sixel or half blocks)"),
    option("--json", "print the result as one line of JSON"),
    option("--verbose", "when something fails, show where"),
  ];
}

/** Declares the arguments and options of `plenoptic metamer`. */
export function addMetamerOptions(command: Command): Command {
  const option = (flags: string, text: string) => new Option(flags, text);
  command.argument("[IMAGE]", "picture to match, a file or URL: PNG, JPEG, PGM, PPM (default: a photograph)");
  const groups = [modelOptions, optimizerOptions, scaleOptions, inputOutputOptions];
  for (const declared of groups.flatMap((make) => make(option))) command.addOption(declared);
  return command.addHelpText("after", examples);
}
