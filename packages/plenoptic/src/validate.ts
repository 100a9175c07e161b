export { validateInput, validateLoss, validateModel, validatePenalty } from "@plenoptic/synthesis";
