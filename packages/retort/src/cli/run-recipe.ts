/** One run of a recipe, with its progress on standard error. */
import { getNumThreads } from '@retort/torch';
import { samplesCalled } from '../data/index.ts';
import { chosenBy } from '../evaluate/beside-teacher.ts';
import { type Result, run } from '../experiment/index.ts';
import type { Ranks } from '../ranks/index.ts';
import { prepare, type Resolved, recipeText } from '../recipe/index.ts';
import { type Inputs, readRecord, refuseOtherInputs, spelling } from '../runs/index.ts';
import { isPrecision } from '../train/index.ts';
import { shownPlace, withShownPlaces } from '../words/place.ts';
import { tellOfEnd } from './ended.ts';
import type { Progress } from './progress.ts';
import { Warnings } from './ranks/warnings.ts';
import { shownScore } from './scores.ts';
import { count, counted, duration } from './table.ts';

export interface RunRecipeOptions {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly out: string;
  /** Resumes the run in `out`. */
  readonly resume?: boolean | 'change';
  readonly takeOver?: boolean | undefined;
  /** Comments in the recipe that the run folder keeps. */
  readonly remarks?: readonly string[] | undefined;
  /** Another run that must have been begun with the same contents. */
  readonly like?: { readonly folder: string; readonly inputs: Inputs } | undefined;
  /** The processes that train together, of which this is one; null for one alone. */
  readonly ranks?: Ranks | null;
}

/** What is learned, in a line. */
function title({ recipe }: Resolved, parameters: number, source: string): string {
  const teachers = Object.values(recipe.teachers ?? {}).concat(recipe.teacher ?? []);
  const [student = '', ...named] = [recipe.student, ...teachers].map((one) => withShownPlaces(spelling(one)));
  const from = teachers.length ? ` from ${named.join(', ')}` : '';
  const methods = [...new Set(recipe.stages.flatMap(({ methods }) => methods.map(({ name }) => name)))];
  const { name } = recipe.data;
  const data = shownPlace(name);
  // Most say themselves where they lie.
  const on = source.startsWith(name) ? `${data}${source.slice(name.length)}` : `${data}: ${source}`;
  return `${student} (${count(parameters)} parameters)${from} by ${methods.join(', ')} on ${on}`;
}

export async function runRecipe(resolved: Resolved, options: RunRecipeOptions): Promise<Result> {
  const { progress, signal, out, resume, takeOver, like, remarks, ranks } = options;
  using _ = tellOfEnd(out, signal);
  const { precision = '' } = resume ? readRecord(out) : {};
  const warnings = new Warnings(ranks ?? null, (text) => progress.line(text));
  const prepared = await prepare(resolved, {
    report: (what, done, total) => progress.show({ what, done, total }),
    onWarning: (text) => warnings.add(text),
    // Flags are remarked of, and what they came to stands in the run's recipe.
    sizesAreChosen: !remarks?.length,
    precision: isPrecision(precision) ? precision : undefined,
    ranks: ranks ?? undefined,
  });
  if (like) refuseOtherInputs(like.folder, like.inputs, prepared.inputs);
  const { data, trainer } = prepared;
  const called = samplesCalled(data.train);
  const metric = chosenBy(trainer.task, data.test, trainer.teachers.size > 0)?.metric;
  const kept = metric ? '' : '; nothing tells which weights are best, and the last are kept';
  progress.line(`${title(resolved, trainer.student.parameterCount(), data.source)}${kept}`);
  if (ranks)
    progress.line(
      `${ranks.count} ranks: each computes its slice of every batch of ${prepared.settings.batchSize} ${called}, with ${counted(getNumThreads(), 'thread')}`,
    );
  let lastEpoch = performance.now();
  let shownInstead = 0;
  const { settings, ...rest } = prepared;
  const result = await run({
    ...rest,
    // Whoever resumes has read them from the run, or compared them with it.
    settings: resume === true ? undefined : settings,
    recipe: resume === true ? undefined : recipeText(settings, remarks),
    signal,
    out,
    resume,
    takeOver,
    onWarning: (text) => warnings.add(text),
    onFill: ({ view, done, total }) =>
      progress.show({ what: `asking the teacher, view ${view + 1}`, done, total, unit: called }),
    onStep: ({ epoch, epochs, step, steps, samples, loss }) => {
      progress.show({
        what: `epoch ${epoch}/${epochs}`,
        done: samples,
        total: step === steps ? samples : data.train.size,
        unit: called,
        note: `loss ${loss.toFixed(3)}`,
      });
    },
    onEvaluate: (what, done, total) =>
      progress.show({ what: `evaluating the ${what}`, done, total, unit: called }),
    onEvaluation: ({ epoch, epochs, step, steps }, { test }) => {
      const score = metric ? `: test ${shownScore(metric, test[metric] ?? Number.NaN)}` : '';
      progress.line(`epoch ${epoch}/${epochs}, step ${step}/${steps}${score}`);
    },
    onEpoch: ({ epoch, epochs, losses, watched, standIns = 0, samplesPerSecond }, evaluation) => {
      warnings.share();
      shownInstead = standIns;
      const seconds = (performance.now() - lastEpoch) / 1000;
      lastEpoch = performance.now();
      const terms = Object.entries(losses).map(([name, value]) => `${name} ${value.toFixed(3)}`);
      const seen = Object.entries(watched).map(([name, value]) => `; training ${shownScore(name, value)}`);
      const test =
        evaluation && metric ? `, test ${shownScore(metric, evaluation.test[metric] ?? Number.NaN)}` : '';
      progress.line(
        `epoch ${epoch}/${epochs}: ${terms.join(', ')}${seen.join('')}${test}${standIns ? `, damaged ${called} left out: ${count(standIns)}` : ''} (${count(samplesPerSecond)} ${called}/s, ${duration(seconds)})`,
      );
    },
  });
  progress.clear();
  const { best, headline } = result;
  if (!result.stopped && best && trainer.task.doubt?.(best, data.test))
    progress.line(
      `the student has learned next to nothing that shows on ${data.test.name}${headline ? `, ${shownScore(headline.metric, best[headline.metric] ?? Number.NaN)} at best` : ''}, about what chance gives: more epochs or ${called}, weights to begin with or another learning rate may help`,
    );
  const uncounted = data.test.size - (result.last?.samples ?? data.test.size);
  if (shownInstead + uncounted > 0)
    progress.line(
      `damaged ${called} that were left out: ${count(shownInstead)} of ${count(data.train.size)} in training, where others of their classes were shown, and ${count(uncounted)} of ${count(data.test.size)} in the test split, whose scores are of the others`,
    );
  return result;
}
