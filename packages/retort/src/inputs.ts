/** What a run is made of, by content. */
import { createHash } from 'node:crypto';
import type { nn } from '@retort/torch';
import type { Dataset, Splits } from './data/index.ts';
import { hashTensors } from './hash-tensors.ts';
import type { Input, Inputs } from './runs/index.ts';

const sha256 = (parts: unknown): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/** A network by its weights and what it prints of itself. */
export const networkInput = (network: nn.Layer, from?: string): Input => ({
  sha256: sha256([String(network), hashTensors(network.stateDict())]),
  from,
});

/** A network by what it prints of itself, whatever its weights. */
const architectureInput = (network: nn.Layer): Input => ({ sha256: sha256([String(network)]) });

/** A data set by its pixels, labels, classes and normalisation. */
export function dataInput({ train, test, validation }: Splits, from?: string): Input {
  const contents = ({ images, labels, classes, mean, std }: Dataset): unknown => [
    hashTensors({ images, labels }),
    ...[classes, mean, std],
  ];
  return { sha256: sha256([train, test, ...(validation ? [validation] : [])].map(contents)), from };
}

/**
 * The data, the teachers and the student's architecture of a run that is put together by a program.
 *
 * @param teachers  one is `teacher`, several are `teachers.NAME`
 */
export function inputsOf(
  student: nn.Layer,
  data: Splits,
  teachers: readonly nn.Layer[] | Readonly<Record<string, nn.Layer>> = [],
): Inputs {
  const named = Object.entries(teachers);
  return {
    data: dataInput(data),
    student: architectureInput(student),
    ...Object.fromEntries(
      named.map(([name, model]) => [
        named.length === 1 ? 'teacher' : `teachers.${name}`,
        networkInput(model),
      ]),
    ),
  };
}
