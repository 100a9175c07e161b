#!/usr/bin/env node
// Committed, because package managers link commands before anything is built.
import "../dist/bin.js";
