/** What a run is made of, by content. */
import { createHash } from 'node:crypto';
import type { nn } from '@retort/torch';
import type { Dataset, Kind, Rendering, Splits } from '../data/index.ts';
import type { Input, Inputs } from '../runs/index.ts';
import { architectureOf } from '../tensors/architecture.ts';
import { hashTensors } from '../tensors/hash-tensors.ts';

const sha256 = (parts: unknown): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/** A network by its weights and what it prints of itself. @param drawn  keys of weights that the seed drew, which no file has */
export function networkInput(network: nn.Module, from?: string, drawn: readonly string[] = []): Input {
  const given = Object.entries(network.stateDict()).filter(([key]) => !drawn.includes(key));
  const weights = hashTensors(Object.fromEntries(given));
  return { sha256: sha256([architectureOf(network), weights]), weights, from };
}

/** How a network of a file is shown images, which the files beside its weights may say. */
export const renderingInput = (rendering: Rendering | undefined, from: string): Input => ({
  sha256: sha256(rendering ?? null),
  from,
});

/** A network by what it prints of itself, whatever its weights. */
const architectureInput = (network: nn.Module): Input => ({ sha256: sha256([architectureOf(network)]) });

/** What a field is beside its values: classes before images, as runs of earlier versions have them. */
function ofKinds(kinds: readonly Kind[]): unknown[] {
  return [
    ...kinds.flatMap((kind) => (kind.kind === 'class' || kind.kind === 'classes' ? [kind.classes] : [])),
    ...kinds.flatMap((kind) => (kind.kind === 'image' ? [kind.mean, kind.std] : [])),
  ];
}

/** A data set by its samples, their classes and normalisation. */
export function dataInput({ train, test, validation }: Splits, from?: string): Input {
  const contents = ({ fingerprint, fields }: Dataset): unknown => [
    fingerprint,
    ...ofKinds(Object.values(fields)),
  ];
  return { sha256: sha256([train, test, ...(validation ? [validation] : [])].map(contents)), from };
}

/**
 * The data, the teachers and the student's architecture of a run that is put together by a program.
 *
 * @param teachers  one is `teacher`, several are `teachers.NAME`
 */
export function inputsOf(student: nn.Module, data: Splits, teachers: ReadonlyMap<string, nn.Module>): Inputs {
  return {
    data: dataInput(data),
    student: architectureInput(student),
    ...Object.fromEntries(
      [...teachers].map(([name, model]) => [
        teachers.size === 1 ? 'teacher' : `teachers.${name}`,
        networkInput(model),
      ]),
    ),
  };
}

/** Code of the user's own that a teacher's scores come from: `task.module`, and modules of data and teachers. */
export const ownCodeOf = (inputs: Inputs = {}): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(inputs)
      .filter(([what]) => what.endsWith('.module') && !what.startsWith('student.'))
      .map(([what, { sha256 }]) => [what, sha256]),
  );
