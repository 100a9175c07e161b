export * from "@plenoptic/backend-webgpu";
