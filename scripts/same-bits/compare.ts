/** What a run left in one folder against what another left in a second: weights, checkpoints, cache rows, logs, results. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { flattened, isOfStep, tensorName } from './renamed.ts';
import { type Bytes, difference, readTensors } from './tensors.ts';

/** What was looked at: how many, by kind. */
export type Counts = Record<'weights' | 'checkpoints' | 'tensors' | 'lines' | 'results' | 'rows', number>;

export interface Comparison {
  /** A sentence for each that differs. */
  readonly differences: readonly string[];
  readonly counts: Counts;
  /** Tensors of checkpoints that are there under other names only. */
  readonly underOtherNames: number;
}

/** A record of a log or result, or a tensor, by a name that says where it is from. */
type Named<Value> = ReadonlyMap<string, Value>;

interface Left {
  readonly weights: Named<Bytes>;
  readonly states: Named<Bytes>;
  readonly records: Named<unknown>;
  /** Cache rows, by the folders of a cache: the files in it by view and column. */
  readonly caches: readonly Named<Buffer>[];
  readonly counts: Counts;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const below = (folder: string, pattern: string): string[] => fs.globSync(pattern, { cwd: folder }).sort();

/** Checkpoints, newest first; their names count what was written, and so how often a run was stopped. */
function checkpointsIn(folder: string): string[] {
  return fs
    .readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .sort((a, b) => Number(b) - Number(a))
    .map((name) => path.join(folder, name));
}

/** A log's lines, or what a command printed. */
function recordsOf(text: string): unknown[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line))
    .filter((record) => !isOfStep(record));
}

function read(folder: string): Left {
  const counts: Counts = { weights: 0, checkpoints: 0, tensors: 0, lines: 0, results: 0, rows: 0 };
  const weights = new Map<string, Bytes>();
  const states = new Map<string, Bytes>();
  const records = new Map<string, unknown>();
  for (const file of below(folder, '**/{last,best}.safetensors')) {
    if (file.includes('checkpoints')) continue;
    counts.weights++;
    const { tensors, metadata } = readTensors(path.join(folder, file));
    for (const [name, tensor] of tensors) weights.set(`${file}: ${name}`, tensor);
    for (const [key, value] of flattened(metadata)) records.set(`${file}: ${key}`, value);
  }
  for (const place of below(folder, '**/checkpoints')) {
    for (const [i, checkpoint] of checkpointsIn(path.join(folder, place)).entries()) {
      counts.checkpoints++;
      for (const file of below(checkpoint, '**/*.safetensors'))
        for (const [name, tensor] of readTensors(path.join(checkpoint, file)).tensors)
          states.set(`${place}, newest but ${i}, ${file}: ${tensorName(name)}`, tensor);
    }
  }
  counts.tensors = weights.size + states.size;
  for (const [kind, pattern] of [
    ['lines', '**/metrics.jsonl'],
    ['results', 'printed-*.json'],
  ] as const)
    for (const file of below(folder, pattern))
      for (const [i, record] of recordsOf(fs.readFileSync(path.join(folder, file), 'utf8')).entries()) {
        counts[kind]++;
        for (const [key, value] of flattened(record)) records.set(`${file}, line ${i + 1}: ${key}`, value);
      }
  const rows = below(folder, '**/*.bin');
  counts.rows = rows.length;
  const caches = Map.groupBy(rows, (file) => path.dirname(path.dirname(file)))
    .entries()
    .map(
      ([cache, files]) =>
        new Map(files.map((file) => [path.relative(cache, file), fs.readFileSync(path.join(folder, file))])),
    )
    .toArray();
  return { weights, states, records, caches, counts };
}

/** What is in both under one name, and what is in one only. */
function paired<Value>(first: Named<Value>, second: Named<Value>) {
  const both = [...first].flatMap(([name, mine]) => {
    const theirs = second.get(name);
    return theirs === undefined ? [] : [{ name, mine, theirs }];
  });
  const only = (one: Named<Value>, other: Named<Value>): [string, Value][] =>
    [...one].filter(([name]) => !other.has(name));
  return { both, onlyFirst: only(first, second), onlySecond: only(second, first) };
}

const lonely = (
  onlyFirst: readonly [string, unknown][],
  onlySecond: readonly [string, unknown][],
): string[] => [
  ...onlyFirst.map(([name]) => `${name}: only in the first`),
  ...onlySecond.map(([name]) => `${name}: only in the second`),
];

function compareTensors(first: Named<Bytes>, second: Named<Bytes>) {
  const { both, onlyFirst, onlySecond } = paired(first, second);
  const differences = both.flatMap(({ name, mine, theirs }) => {
    const how = difference(mine, theirs);
    return how === null ? [] : [`${name}: ${how}`];
  });
  return { differences, onlyFirst, onlySecond };
}

/** Takes from both what has the same content under other names; answers how many. */
function matchByContent(first: [string, Bytes][], second: [string, Bytes][]): number {
  const content = ([, { dtype, shape, bytes }]: [string, Bytes]): string =>
    `${dtype} ${shape.join()} ${sha256(bytes)}`;
  let matched = 0;
  for (const one of first.slice()) {
    const at = second.findIndex((other) => content(other) === content(one));
    if (at < 0) continue;
    second.splice(at, 1);
    first.splice(first.indexOf(one), 1);
    matched++;
  }
  return matched;
}

/** The folders of caches are named by a hash of what they depend on, which may be written otherwise: they are told by what is in them. */
function compareCaches(first: readonly Named<Buffer>[], second: readonly Named<Buffer>[]): string[] {
  const differencesOf = (mine: Named<Buffer>, theirs: Named<Buffer>): string[] => {
    const { both, onlyFirst, onlySecond } = paired(mine, theirs);
    const others = both.flatMap(({ name, mine, theirs }) => {
      if (mine.equals(theirs)) return [];
      if (mine.length !== theirs.length) return [`${name}: ${mine.length} and ${theirs.length} bytes`];
      const bytes = mine.reduce((count, byte, i) => count + (byte === theirs[i] ? 0 : 1), 0);
      return [`${name}: ${bytes} of ${mine.length} bytes`];
    });
    return [...others, ...lonely(onlyFirst, onlySecond)];
  };
  if (first.length !== second.length) return [`there are ${first.length} and ${second.length} caches`];
  const left = [...second];
  return first.flatMap((mine, i) => {
    const all = left.map((theirs) => differencesOf(mine, theirs));
    const nearest = all.reduce((best, found, at) => (found.length < (all[best]?.length ?? 0) ? at : best), 0);
    left.splice(nearest, 1);
    return (all[nearest] ?? []).map((sentence) => `cache ${i + 1}, ${sentence}`);
  });
}

function compareRecords(first: Named<unknown>, second: Named<unknown>): string[] {
  const { both, onlyFirst, onlySecond } = paired(first, second);
  const others = both.flatMap(({ name, mine, theirs }) =>
    Object.is(mine, theirs) ? [] : [`${name}: ${JSON.stringify(mine)} and ${JSON.stringify(theirs)}`],
  );
  return [...others, ...lonely(onlyFirst, onlySecond)];
}

/** Compares what the same commands left in two folders. */
export function compareFolders(firstFolder: string, secondFolder: string): Comparison {
  const [first, second] = [read(firstFolder), read(secondFolder)];
  const weights = compareTensors(first.weights, second.weights);
  const states = compareTensors(first.states, second.states);
  const underOtherNames = matchByContent(states.onlyFirst, states.onlySecond);
  return {
    differences: [
      ...compareCaches(first.caches, second.caches),
      ...compareRecords(first.records, second.records),
      ...weights.differences,
      ...lonely(weights.onlyFirst, weights.onlySecond),
      ...states.differences,
      ...lonely(states.onlyFirst, states.onlySecond),
    ],
    counts: first.counts,
    underOtherNames,
  };
}
