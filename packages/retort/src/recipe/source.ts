/** Where a recipe's values were written: files with their lines, and overrides of a command line. */
import fs from 'node:fs';
import path from 'node:path';
import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, parse, parseDocument } from 'yaml';
import type { Path, Value } from '../problems.ts';
import { RecipeError } from './errors.ts';

export interface Source {
  readonly value: Value;
  /** The folder that file names in it are relative to. */
  readonly folder: string;
  /** E.g. `kd.yaml:12`; null where the source does not say anything at this path. */
  where(at: Path): string | null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The node at a path, and the key that leads to it. */
function find(root: Node | null, at: Path): Node | null {
  let node: Node | null = root;
  let key: Node | null = root;
  for (const step of at) {
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step),
      );
      if (!pair) return null;
      key = pair.key as Node;
      node = pair.value as Node | null;
    } else if (isSeq(node)) {
      node = (node.items[Number(step)] as Node | undefined) ?? null;
      key = node;
    } else {
      return null;
    }
  }
  return key;
}

/** @throws RecipeError if there is no such file, or it is no YAML */
export function readSource(file: string): Source {
  const near = path.relative('', file) || '.';
  const shown = near.startsWith('..') ? path.resolve(file) : near;
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new RecipeError([
      missing
        ? `${shown}: there is no such file`
        : `${shown}: ${error instanceof Error ? error.message : error}`,
    ]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length) {
    throw new RecipeError(
      document.errors.map(
        ({ pos, message }) => `${shown}:${lines.linePos(pos[0]).line}: this is no YAML: ${message}`,
      ),
    );
  }
  const value: unknown = document.toJS() ?? {};
  if (!isObject(value))
    throw new RecipeError([`${shown}:1: a recipe is a map of keys, as \`student: resnet8\``]);
  return {
    value,
    folder: path.dirname(path.resolve(file)),
    where(at) {
      const node = find(document.contents, at);
      return node?.range ? `${shown}:${lines.linePos(node.range[0]).line}` : null;
    },
  };
}

export interface Override {
  readonly text: string;
  readonly at: Path;
  readonly value: Value;
}

/** @throws RecipeError @example parseOverride('stages.0.epochs=5') // { at: ['stages', 0, 'epochs'], value: 5 } */
export function parseOverride(text: string): Override {
  const equals = text.indexOf('=');
  if (equals < 1)
    throw new RecipeError([`'${text}': an override is KEY=VALUE, as student=resnet8 or stages.0.epochs=5`]);
  const at = text
    .slice(0, equals)
    .split('.')
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  try {
    return { text, at, value: parse(text.slice(equals + 1)) };
  } catch (error) {
    throw new RecipeError([
      `'${text}': the value is no YAML: ${error instanceof Error ? error.message.split('\n')[0] : error}`,
    ]);
  }
}
