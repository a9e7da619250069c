/** The newest checkpoint that a run has kept: what its methods trained beside the student, and where training stood. */
import path from 'node:path';
import type { nn } from '@retort/torch';
import { z } from 'zod';
import { Checkpoints } from '../runs/index.ts';
import { tensorsUnder } from '../tensors/tensors-under.ts';
import type { Position } from '../train/index.ts';

export interface KeptCheckpoint {
  /** How it is called in what is said. */
  readonly name: string;
  readonly position: Position;
  readonly student: Readonly<nn.StateDict>;
  /** Of the methods' parts, by the name of the method. */
  readonly parts: Readonly<nn.StateDict>;
}

const positioned = z.looseObject({
  trainer: z.looseObject({
    position: z.object({ stage: z.number(), epoch: z.number(), step: z.number() }),
  }),
});

const placeText = ({ epoch, step }: Position): string =>
  step > 0 ? `after step ${step} of epoch ${epoch}` : `after epoch ${epoch - 1}`;

/** Null where none is kept, or none that is whole. @param warn  told of damaged ones */
export function newestCheckpoint(folder: string, warn: (text: string) => void): KeptCheckpoint | null {
  const found = new Checkpoints<object>(path.join(folder, 'checkpoints')).whole(warn);
  if (!found) return null;
  const { position } = positioned.parse(found.record).trainer;
  return {
    name: `checkpoint ${found.name}, ${placeText(position)}`,
    position,
    student: tensorsUnder('student.', found.tensors),
    parts: tensorsUnder('parts.', found.tensors),
  };
}
