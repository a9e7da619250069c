/** The pages of the generated operators: for each its call and its schemas, which say all else. */
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { generated, source } from './pages.ts';

interface Entry {
  readonly name: string;
  readonly example: string;
  readonly schemas: readonly string[];
}

const schemaForm = `Each entry shows a call and the schemas of libtorch, one for each overload. \`Tensor?\` may be null, \`int[2]\` is an array or one number for
all, \`Scalar\` a number, boolean, bigint or complex number; \`(a!)\` marks what is written to. Arguments come in the order of the schema; a last
object gives them by name, in camelCase, and those after \`*\` only so. What is not given has the default of the schema.`;

/** Names, examples and schemas, from the docstrings of a generated file. */
function entries(module: string): Entry[] {
  const text = fs.readFileSync(path.join(source, module), 'utf8');
  const file = ts.createSourceFile(module, text, ts.ScriptTarget.Latest, true);
  const found: Entry[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isClassDeclaration(node)) node.members.forEach(visit);
    if (!ts.isMethodDeclaration(node) && !ts.isFunctionDeclaration(node)) return;
    const example = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === 'example');
    if (!node.name || !example) return;
    const [docs] = ts.getJSDocCommentsAndTags(node);
    const comment = docs && ts.isJSDoc(docs) ? ts.getTextOfJSDocComment(docs.comment) : '';
    found.push({
      name: node.name.getText(file),
      example: ts.getTextOfJSDocComment(example.comment) ?? '',
      schemas: Array.from((comment ?? '').matchAll(/`([^`]+)`/g), ([, schema = '']) => schema),
    });
  };
  file.statements.forEach(visit);
  return found;
}

/** An operator and its form in place, whose schemas are the same but for the tensor that is written to. */
function written({ name, example, schemas }: Entry, inPlace: Entry | undefined): string {
  const calls = `\`${example}\`${inPlace ? `, in place \`${inPlace.example}\`` : ''}`;
  return [`### ${name}`, '', calls, '', ...schemas.map((schema) => `- \`${schema}\``), ''].join('\n');
}

function section(title: string, list: readonly Entry[]): string {
  const byName = new Map(list.map((entry) => [entry.name, entry]));
  const own = list.filter(({ name }) => !(name.endsWith('_') && byName.has(name.slice(0, -1))));
  return `## ${title}\n\n${own.map((entry) => written(entry, byName.get(`${entry.name}_`))).join('\n')}`;
}

const anchor = (title: string): string => title.toLowerCase().replaceAll(' ', '-');

function page(title: string, intro: string, groups: ReadonlyMap<string, readonly Entry[]>): string {
  const links = [...groups.keys()].map((group) => `[${group}](#${anchor(group)})`).join(' · ');
  const sections = [...groups].map(([group, list]) => section(group, list));
  return [`# ${title}`, '', intro, '', schemaForm, '', links, '', ...sections].join('\n');
}

const parts: readonly (readonly [prefix: string, title: string])[] = [
  ['linalg_', 'Linear algebra'],
  ['fft_', 'Fourier transforms'],
  ['special_', 'Special functions'],
];

const letter = ({ name }: Entry): string => (name[0] ?? '').toUpperCase();

/** What the pages are about, by name. */
export const summaries = {
  operators: 'The operators that are methods of a tensor: `x.add(y)`, `x.sum({ dim: 1, keepdim: true })`.',
  aten: 'The operators that are functions: `aten.cat([x, y])`, `aten.linalg_inv(x)`.',
} as const;

/** The text of the two pages, by name. */
export function operatorPages(): Record<keyof typeof generated, string> {
  const methods = Map.groupBy(entries(generated.operators), letter);
  const functions = Map.groupBy(
    entries(generated.aten),
    (entry) => parts.find(([prefix]) => entry.name.startsWith(prefix))?.[1] ?? letter(entry),
  );
  const titles = parts.map(([, title]) => title);
  const ordered = [...functions].sort(([a], [b]) => titles.indexOf(a) - titles.indexOf(b));
  return {
    operators: page('operators', summaries.operators, methods),
    aten: page('aten', summaries.aten, new Map(ordered)),
  };
}
