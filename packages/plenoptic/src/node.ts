export * from "@plenoptic/backend-node";
