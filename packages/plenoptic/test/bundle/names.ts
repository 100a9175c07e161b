/** What files are saved with, in a minified bundle: see bundle-size.test.ts. */
import "@plenoptic/backend-cpu";
import * as losses from "@plenoptic/losses";
import { PortillaSimoncelli } from "@plenoptic/models";
import { zeros } from "@plenoptic/tensor";

const model = new PortillaSimoncelli([16, 16], { nScales: 1, nOrientations: 2, spatialCorrWidth: 3 });
const made = losses.portillaSimoncelliLossFactory(model, zeros([1, 1, 16, 16]));
const { mse, l2Norm, relativeSse, penalizeRange } = losses;
Object.assign(globalThis, {
  lossNames: [mse, l2Norm, relativeSse, penalizeRange, made].map(({ name }) => name),
});
