/** What the pages of the reference are: one for each module that the package's index exports, in the order of `order`. */
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export const root = path.join(import.meta.dirname, '../..');
export const source = path.join(root, 'packages/torch/src');

/** The order in which a reader wants them; a module that is not named here comes at the end, as a page of its own name. */
const order =
  'tensor operators create aten op autograd scope nn functional optim files random context setup'.split(' ');

/** Modules whose exports stand on a page of another name. */
const pageOf: Readonly<Record<string, string>> = {
  device: 'tensor',
  'dispatch/errors': 'tensor',
  'dispatch/exchange': 'tensor',
  'dispatch/operator': 'op',
  'dispatch/options': 'options',
  'dispatch/scope': 'scope',
  dtype: 'tensor',
  hooks: 'tensor',
  indexing: 'tensor',
  values: 'tensor',
};

/** The modules that generate.ts writes; their pages, of another form, are made by operators.ts. */
export const generated = { operators: 'operators/methods.ts', aten: 'aten.ts' } as const;

/** Sorts names of pages as a reader wants them. */
export function inOrder(a: string, b: string): number {
  const place = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return place(a) - place(b) || (a < b ? -1 : 1);
}

export interface Page {
  readonly name: string;
  /** A module that exports what the page shows. */
  readonly text: string;
}

/** The comment that a file begins with, without its marks. */
export function headerOf(module: string): string {
  const text = fs.readFileSync(path.join(source, module), 'utf8');
  const [, header = ''] = /^\/\*\*([\s\S]*?)\*\//.exec(text) ?? [];
  return header.replace(/^\s*\* ?/gm, '').trim();
}

/** The modules that the package exports from, each with the export statements; of a namespace all that it holds. */
export function exportedModules(): Map<string, string[]> {
  const index = path.join(source, 'index.ts');
  const file = ts.createSourceFile(index, fs.readFileSync(index, 'utf8'), ts.ScriptTarget.Latest);
  const modules = new Map([['setup/index.ts', ["export * from './setup/index.ts';"]]]);
  for (const statement of file.statements) {
    if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier) continue;
    if (!ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const specifier = statement.moduleSpecifier.text;
    const isNamespace = statement.exportClause && ts.isNamespaceExport(statement.exportClause);
    const text = isNamespace ? `export * from '${specifier}';` : statement.getText(file);
    const module = specifier.slice('./'.length);
    modules.set(module, [...(modules.get(module) ?? []), text]);
  }
  return modules;
}

/** The pages of all that is written by hand, in order. */
export function pages(): Page[] {
  const modules = exportedModules();
  const written = [...modules.keys()].filter((module) => !Object.values<string>(generated).includes(module));
  const named = Map.groupBy(written, (module) => {
    const name = module.replace(/(\/index)?\.ts$/, '');
    return pageOf[name] ?? name;
  });
  return [...named]
    .map(([name, list]) => {
      // The module that gives the page its name comes first.
      list.sort((a, b) => Number(b.startsWith(name)) - Number(a.startsWith(name)));
      const statements = list.flatMap((module) => modules.get(module) ?? []);
      return { name, text: `/**\n${headerOf(list[0] ?? '')}\n@module\n*/\n${statements.join('\n')}\n` };
    })
    .sort((a, b) => inOrder(a.name, b.name));
}
