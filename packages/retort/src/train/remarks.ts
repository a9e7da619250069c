/** What is said of stages that can be trained, and may be meant otherwise. */
import { embedding, type Task } from '../tasks/index.ts';
import type { Stage } from './stage.ts';
import type { Timeline } from './timeline.ts';

/** Methods that learn from labels though what is learned is an embedding, for which none are wanted, a sentence each. */
const labelsLearned = (stages: readonly Stage[], task: Task): string[] =>
  task.name !== embedding.name
    ? []
    : stages.flatMap(({ methods }) =>
        methods.flatMap(({ name, needs }) =>
          needs?.targets?.includes('labels')
            ? [
                `${name} learns from labels as it is set, and the task ${task.name} does without: say contrast: instances (crd) or supervised: false (dlkd) where none are meant`,
              ]
            : [],
        ),
      );

/** Methods whose weight does not come to what it is meant to be in their stage, a sentence each. */
const neverFull = (stages: readonly Stage[], timeline: Timeline): string[] =>
  stages.flatMap((stage) => {
    const { epochs } = timeline.length(stage);
    return stage.methods.flatMap(({ name, warmUpEpochs = 0 }) =>
      warmUpEpochs > epochs
        ? [
            `the weight of ${name} rises for ${warmUpEpochs} epochs (warmUpEpochs), and its stage has ${epochs}, so that it comes to ${epochs}/${warmUpEpochs} of what it is meant to be: say fewer in a recipe where that is not meant`,
          ]
        : [],
    );
  });

/** What methods see otherwise where batches are accumulated, a sentence each. */
const seenInParts = (stages: readonly Stage[], batchSize: number): string[] =>
  stages.flatMap(({ methods, accumulate = 1 }) =>
    methods.flatMap(({ name, needs }) =>
      accumulate > 1 && needs?.wholeBatch
        ? [
            `${name} looks at the samples of a batch together, and with accumulate: ${accumulate} it sees ${batchSize} of them at a time, not ${batchSize * accumulate}`,
          ]
        : [],
    ),
  );

/** A sentence for each. */
export const remarksOf = (
  stages: readonly Stage[],
  {
    task,
    timeline,
    batchSize,
  }: { readonly task: Task; readonly timeline: Timeline; readonly batchSize: number },
): readonly string[] => [
  ...seenInParts(stages, batchSize),
  ...neverFull(stages, timeline),
  ...labelsLearned(stages, task),
];
