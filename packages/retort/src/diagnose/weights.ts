/** The weights that a run is diagnosed by: its best, or its last where none were judged yet. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { TorchError } from '@retort/torch';
import { weightsMetadata } from '../models/index.ts';
import { shellWord } from '../words/shell-word.ts';
import type { OpenedRun } from './opened.ts';
import type { DiagnosedWeights } from './types.ts';

export interface RunWeights extends DiagnosedWeights {
  readonly path: string;
  /** Of the file that was looked at, which its run may replace. */
  readonly identity: string;
  /** Why it cannot be read, a sentence; null where it can. */
  readonly damage: string | null;
}

function sha256Of(file: string): string {
  const hash = createHash('sha256');
  const descriptor = fs.openSync(file, 'r');
  try {
    const chunk = Buffer.alloc(1 << 20);
    for (let read = fs.readSync(descriptor, chunk); read > 0; read = fs.readSync(descriptor, chunk))
      hash.update(chunk.subarray(0, read));
    return hash.digest('hex');
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Which file it is: a run replaces its weights whole. */
export function identityOf(file: string): string {
  const { ino, mtimeMs, size } = fs.statSync(file);
  return [ino, mtimeMs, size].join();
}

/** What is written in a file of weights, or why it cannot be read. */
async function looked(place: string): Promise<Pick<RunWeights, 'epoch' | 'damage'>> {
  try {
    const { epoch } = await weightsMetadata(place, null);
    return { epoch: epoch === undefined ? null : Number(epoch), damage: null };
  } catch (error) {
    if (!(error instanceof TorchError)) throw error;
    return { epoch: null, damage: error.message };
  }
}

/** Those of a run folder, which may be damaged; null where it has none. */
export async function weightsOf(folder: string): Promise<RunWeights | null> {
  for (const file of ['best', 'last'] as const) {
    const place = path.join(folder, `${file}.safetensors`);
    if (!fs.existsSync(place)) continue;
    const identity = identityOf(place);
    return { ...{ file, path: place, identity }, ...(await looked(place)), sha256: sha256Of(place) };
  }
  return null;
}

/** Why a run has none, and what would bring them. */
export function withoutWeights({ folder, status }: Pick<OpenedRun, 'folder' | 'status'>): string {
  if (status === 'running')
    return 'the run has no weights yet: they are there when its first epoch has ended';
  const cure =
    status === 'finished'
      ? 'bring back what was there, or train it anew'
      : `it ended before its first epoch did, or they were removed: resume it (npx retort resume ${shellWord(folder)})`;
  return `${folder} has no weights (best.safetensors, last.safetensors): ${cure}`;
}

/** @example weightsText({ file: 'best', epoch: 12, … }) // 'best weights, of epoch 12' */
export const weightsText = ({ file, epoch }: DiagnosedWeights): string =>
  `${file} weights${epoch === null ? '' : `, of epoch ${epoch}`}`;
