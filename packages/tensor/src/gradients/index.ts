// Imported for its effect: bare tfjs-core has no gradients, these are ours.
import "./binary.js";
import "./cumsum.js";
import "./gather.js";
import "./mat-mul.js";
import "./reduce.js";
import "./shape.js";
import "./softmax.js";
import "./strided-slice.js";
import "./unary.js";
