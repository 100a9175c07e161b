export {
  validateCoarseToFine,
  validateInput,
  validateLoss,
  validateModel,
  validatePenalty,
} from "@plenoptic/synthesis";
