// TypeDoc finds {@link ShapeError} only where the file imports it. Errors are documented far from where they are
// imported: so a name that is not in scope is looked up among everything that is exported.
import { ReflectionKind } from "typedoc";

const kinds = ReflectionKind.ClassOrInterface | ReflectionKind.Function;

/** @param {import("typedoc").Application} app */
export function load(app) {
  app.converter.addUnknownSymbolResolver((reference, from) => {
    const path = reference.symbolReference?.path?.map(({ path: name }) => name) ?? [];
    const target = from.project.getReflectionsByKind(kinds).find(({ name }) => name === path[0]);
    return target && path.length === 1 ? { target } : undefined;
  });
}
