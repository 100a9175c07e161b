export { gemm_f32, gemm_f64, gemmScratchBytes } from "./gemm";
