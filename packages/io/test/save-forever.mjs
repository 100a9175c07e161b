// Saves one of two files over and over until it is killed: run by atomic.test.ts.
import { TorchTensor, writeTorchFile } from "@plenoptic/io";

const [, , path] = process.argv;
const files = [1, 2].map((x) => [
  new TorchTensor("float32", [x * 50_000], new Float32Array(x * 50_000).fill(x)),
]);
for (let i = 0; ; i++) {
  await writeTorchFile(path, files[i % 2]);
  if (i === 0) process.stdout.write("saved\n");
}
