// A backend of one's own, as docs/adding-a-backend.md shows it: here tfjs's plain-JavaScript backend under another name.
import { registerBackend } from "@plenoptic/tensor";
import "@tensorflow/tfjs-backend-cpu";

registerBackend({ device: "plain", dtypes: ["float32"], engineName: () => "cpu", ready: async () => {} });
