/** The least that makes a metamer in a page: bundled by bundle-size.test.ts. */
import "@plenoptic/backend-cpu";
import { Gaussian } from "@plenoptic/models";
import { Metamer } from "@plenoptic/synthesis";
import { rand } from "@plenoptic/tensor";

Object.assign(globalThis, { Gaussian, Metamer, rand });
