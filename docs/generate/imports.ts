/** What files of TypeScript import. It stands here because `docs` has a TypeScript that programs can ask. */
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** The text by which a node names another module, if it does. */
function named(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal;
  const isCall = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return isCall ? node.arguments[0] : undefined;
}

/** The files that a file imports or exports from by a relative path, types included, as absolute paths, each once. */
export function importsOf(file: string): string[] {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    const name = named(node);
    if (name && ts.isStringLiteralLike(name) && name.text.startsWith('.'))
      found.add(path.resolve(path.dirname(file), name.text));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, fs.readFileSync(file, 'utf8'), ts.ScriptTarget.Latest));
  return [...found];
}
