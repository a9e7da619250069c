/** Where a recipe's values were written: files with their lines, and overrides of a command line. */
import path from 'node:path';
import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parse,
  parseDocument,
  visit,
} from 'yaml';
import { readText } from '../system/text-file.ts';
import type { Path, Value } from '../words/problems.ts';
import { cut, shownFile } from '../words/shown.ts';
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

/** Far more than a recipe needs. */
export const maxBytes = 256 << 10;
const maxValues = 20_000;

/** JavaScript's own, which libraries leave out of maps without a word. */
const reserved = '__proto__';
const isReserved = `${reserved} cannot be a key: JavaScript keeps this name for itself`;

/** What is read: `what` it is, and how one begins. */
export interface Written {
  readonly what: string;
  readonly example: string;
}

const aRecipe: Written = { what: 'a recipe', example: 'student: resnet8' };

const tooMuch = ({ what }: Written): string =>
  `this is more than ${what} can say: ${maxValues.toLocaleString('en')} values`;

/** A sentence for more values within a value than a recipe could mean, for one that holds itself, and for a key that is none; else null. */
function wrongWithin(value: Value, written: Written): string | null {
  let left = maxValues;
  const within: Value[] = [value];
  for (let next = within.pop(); within.length > 0 || next !== undefined; next = within.pop()) {
    if (--left < 0) return tooMuch(written);
    if (typeof next !== 'object' || next === null) continue;
    if (Object.hasOwn(next, reserved)) return isReserved;
    const values = Object.values(next);
    if (values.length > left) return tooMuch(written);
    within.push(...values);
  }
  return null;
}

/** What the reader of YAML says, whose own depth is no mistake of the file. */
const noYaml = (message: string, { what }: Written): string =>
  message.startsWith('Maximum call stack')
    ? `this is nested deeper than ${what} can be`
    : `this is not YAML: ${message}`;

/** The node at a path, and the key that leads to it. */
function find(document: Document, at: Path): Node | null {
  let node = document.contents as Node | null;
  let key = node;
  for (const step of at) {
    if (isAlias(node)) node = node.resolve(document) ?? null;
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
export function readSource(file: string, written: Written = aRecipe): Source {
  const shown = shownFile(file);
  const read = readText(file, maxBytes);
  if ('wrong' in read) {
    const place = read.line === undefined ? shown : `${shown}:${read.line}`;
    throw new RecipeError([`${place}: ${read.wrong}`]);
  }
  const lines = new LineCounter();
  // The library compares each key with each other; this one looks them up.
  const given = { lineCounter: lines, prettyErrors: false, uniqueKeys: false };
  const document = parseDocument(read.text, given);
  const lineOf = (node: Node): number => lines.linePos(node.range?.[0] ?? 0).line;
  if (document.errors.length) {
    throw new RecipeError(
      document.errors.map(
        ({ pos, message }) => `${shown}:${lines.linePos(pos[0]).line}: ${noYaml(message, written)}`,
      ),
    );
  }
  const refuse = (node: Node, what: string): never => {
    throw new RecipeError([`${shown}:${lineOf(node)}: ${what}`]);
  };
  let left = 2 * maxValues;
  const anchors = new Map<string, Node>();
  const look = (node: Node, within: readonly unknown[]): void => {
    // The library looks for the anchor of each alias in all of the document.
    left -= isAlias(node) ? 20 : 1;
    if (left < 0) throw new RecipeError([`${shown}: ${tooMuch(written)}`]);
    if (isAlias(node)) {
      const name = cut(node.source, 60);
      const target = anchors.get(node.source);
      if (!target) refuse(node, `*${name} stands for nothing: there is no &${name} before it`);
      if (within.includes(target)) refuse(node, `*${name} stands within &${name}, and would never end`);
    } else if (node.anchor) anchors.set(node.anchor, node);
    if (!isMap(node)) return;
    const keys = new Set<unknown>();
    for (const { key } of node.items) {
      if (isMap(key) || isSeq(key)) refuse(key, 'a key is a name, not a list or a map');
      if (!isScalar(key)) continue;
      if (key.value === reserved) refuse(key, isReserved);
      if (keys.has(key.value)) refuse(key, 'this is not YAML: Map keys must be unique');
      keys.add(key.value);
    }
  };
  visit(document, { Node: (_, node, within) => look(node, within) });
  let value: unknown;
  try {
    value = document.toJS() ?? {};
  } catch (error) {
    // Aliases of aliases that come to too much.
    if (!(error instanceof ReferenceError)) throw error;
    throw new RecipeError([`${shown}: ${tooMuch(written)}`]);
  }
  const wrong = wrongWithin(value, written);
  if (wrong) throw new RecipeError([`${shown}: ${wrong}`]);
  if (!isObject(value))
    throw new RecipeError([`${shown}:1: ${written.what} is a map of keys, as \`${written.example}\``]);
  return {
    value,
    folder: path.dirname(path.resolve(file)),
    where(at) {
      const node = find(document, at);
      return node?.range ? `${shown}:${lineOf(node)}` : null;
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
  const steps = text.slice(0, Math.max(0, equals)).split('.');
  if (steps.includes(''))
    throw new RecipeError([
      `'${cut(text)}': an override is KEY=VALUE, as student=resnet8 or stages.0.epochs=5`,
    ]);
  const at = steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  let value: Value;
  try {
    value = parse(text.slice(equals + 1), { logLevel: 'error' });
  } catch (error) {
    throw new RecipeError([
      `'${cut(text)}': ${noYaml(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error), aRecipe)}`,
    ]);
  }
  const wrong = steps.includes(reserved) ? isReserved : wrongWithin(value, aRecipe);
  if (wrong) throw new RecipeError([`'${cut(text)}': ${wrong}`]);
  return { text: cut(text), at, value };
}
