export { CenterSurround, type CenterSurroundOptions } from "./center-surround.js";
export type { FrontEndOptions, OneChannelOptions } from "./front-end-options.js";
export { Gaussian, type GaussianOptions } from "./gaussian.js";
export { Identity } from "./identity.js";
export { Linear, type LinearOptions } from "./linear.js";
export { LinearNonlinear } from "./linear-nonlinear.js";
export { LuminanceContrastGainControl } from "./luminance-contrast-gain-control.js";
export { LuminanceGainControl } from "./luminance-gain-control.js";
export type { Activation, BuiltInModel, Model } from "./model.js";
export { OnOff, type OnOffOptions } from "./on-off.js";
export type { StatisticDict } from "./portilla-simoncelli/conversion.js";
export { type Scale, type StatisticName, statisticNames } from "./portilla-simoncelli/layout.js";
export {
  PortillaSimoncelli,
  type PortillaSimoncelliOptions,
} from "./portilla-simoncelli/portilla-simoncelli.js";
