/** One run of a recipe, with its progress on standard error. */
import { type Result, run } from '../experiment.ts';
import { prepare, type Resolved } from '../recipe/index.ts';
import { type Inputs, refuseOtherInputs } from '../runs/index.ts';
import type { Progress } from './progress.ts';
import { count, percent } from './table.ts';

export interface RunRecipeOptions {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly out: string;
  /** Goes on with the run in `out`. */
  readonly resume?: boolean | 'change';
  readonly takeOver?: boolean | undefined;
  /** Another run that must have been begun with the same contents. */
  readonly like?: { readonly folder: string; readonly inputs: Inputs } | undefined;
}

/** What is learned, in a line. */
function title({ recipe }: Resolved, parameters: number, source: string): string {
  const teachers = Object.values(recipe.teachers ?? {}).concat(recipe.teacher ?? []);
  const from = teachers.length ? ` from ${teachers.map((spec) => spec.split(':', 1)[0]).join(', ')}` : '';
  const methods = [...new Set(recipe.stages.flatMap(({ methods }) => methods.map(({ name }) => name)))];
  return `${recipe.student} (${count(parameters)} parameters)${from} by ${methods.join(', ')} on ${recipe.data.name}: ${source}`;
}

export async function runRecipe(resolved: Resolved, options: RunRecipeOptions): Promise<Result> {
  const { progress, signal, out, resume, takeOver, like } = options;
  const prepared = await prepare(resolved, {
    report: (what, done, total) => progress.show({ what, done, total }),
    onWarning: (text) => progress.line(text),
  });
  if (like) refuseOtherInputs(like.folder, like.inputs, prepared.inputs);
  const { data, student } = prepared;
  progress.line(title(resolved, student.parameterCount(), data.source));
  let lastEpoch = performance.now();
  const { settings, ...rest } = prepared;
  const result = await run({
    ...rest,
    // Whoever goes on has read them from the run, or compared them with it.
    settings: resume === true ? undefined : settings,
    signal,
    out,
    resume,
    takeOver,
    onWarning: (text) => progress.line(text),
    onFill: ({ view, done, total }) =>
      progress.show({ what: `asking the teacher, view ${view + 1}`, done, total, unit: 'images' }),
    onStep: ({ epoch, epochs, step, steps, images, loss }) => {
      progress.show({
        what: `epoch ${epoch}/${epochs}`,
        done: images,
        total: step === steps ? images : data.train.size,
        unit: 'images',
        note: `loss ${loss.toFixed(3)}`,
      });
    },
    onEvaluate: (what, done, total) =>
      progress.show({ what: `evaluating the ${what}`, done, total, unit: 'images' }),
    onEpoch: ({ epoch, epochs, losses, trainTop1, imagesPerSecond }, evaluation) => {
      const seconds = (performance.now() - lastEpoch) / 1000;
      lastEpoch = performance.now();
      const terms = Object.entries(losses).map(([name, value]) => `${name} ${value.toFixed(3)}`);
      const test = evaluation ? `, test top-1 ${percent(evaluation.test.top1)}` : '';
      progress.line(
        `epoch ${epoch}/${epochs}: ${terms.join(', ')}; training top-1 ${percent(trainTop1)}${test} (${count(imagesPerSecond)} images/s, ${seconds.toFixed(0)} s)`,
      );
    },
  });
  progress.clear();
  return result;
}
