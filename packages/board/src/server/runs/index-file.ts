/** The index: what is known of each run, and of which files. */
import { z } from 'zod';
import type { Store } from '../kept/store.ts';
import { type Facts, factsSchema } from './facts.ts';

const file = 'runs.json';
/** Changes when what facts say does. */
const version = 1;

/** What tells whether a file was changed: its number, size and time; empty where there is none. */
const stamp = z.string();

const entry = z.object({ record: stamp, log: stamp, facts: factsSchema });

/** A run as it was when these were its files. */
export interface Entry {
  readonly record: string;
  readonly log: string;
  readonly facts: Facts;
}

const schema = z.object({ version: z.literal(version), runs: z.record(z.string(), entry) });

/** Empty where it is damaged, or of another version. */
export function readIndex(store: Store): Map<string, Entry> {
  const { success, data } = schema.safeParse(store.readJson(file));
  return new Map(success ? Object.entries(data.runs) : []);
}

export function writeIndex(store: Store, runs: ReadonlyMap<string, Entry>): void {
  store.tryWrite(file, JSON.stringify({ version, runs: Object.fromEntries(runs) }));
}
