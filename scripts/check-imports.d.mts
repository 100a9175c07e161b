export function checkImports(packages: string): string[];
