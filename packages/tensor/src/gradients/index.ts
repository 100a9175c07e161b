// Imported for its effect: bare tfjs-core has no gradients, these are ours.
import "./binary.js";
import "./mat-mul.js";
import "./reduce.js";
import "./shape.js";
import "./softmax.js";
import "./unary.js";
