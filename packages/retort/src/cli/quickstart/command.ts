/** `retort quickstart`: what distillation is for, in minutes. */
import path from 'node:path';
import { spread } from '../../runs/index.ts';
import { boardEntry } from '../board.ts';
import { stopOnInterrupt } from '../interrupt.ts';
import { UsageError } from '../load.ts';
import { say, tell } from '../output.ts';
import { Progress } from '../progress.ts';
import { count, duration, percent, table } from '../table.ts';
import { freeFolder } from './free-folder.ts';
import { imageStory } from './images.ts';
import type { Trained } from './learner.ts';
import { goOut } from './out.ts';
import type { Story } from './story.ts';
import { textStory } from './texts.ts';
import { told } from './told.ts';

export interface QuickstartFlags {
  readonly seeds: number;
  /** Of texts in place of images. */
  readonly text?: boolean;
  /** A table of one's own. */
  readonly data?: string;
  readonly json?: boolean;
}

function row(name: string, runs: readonly Trained[]): string[] {
  const { mean, deviation } = spread(runs.map((run) => run.accuracy.top1));
  return [
    name,
    runs.length > 1 ? `${percent(mean)} ± ${percent(deviation)}` : percent(mean),
    count(runs[0]?.parameters ?? 0),
    count(spread(runs.map((run) => run.accuracy.samplesPerSecond)).mean),
    duration(spread(runs.map((run) => run.seconds)).mean),
  ];
}

/** What JSON says of a network. */
const said = ({ model: _, ...rest }: Trained): Omit<Trained, 'model'> => rest;

/** Tells a story, and prints what came of it. Exit code 1 where distillation gains less than two standard deviations. */
export async function tellStory(
  story: Story,
  { seeds, json = false }: Pick<QuickstartFlags, 'seeds' | 'json'>,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const { samples, sizes, data } = story;
  progress.line(
    `A teacher learns from ${count(sizes.teacher)} labelled ${samples}. The student has ${count(sizes.student)} others, ${count(sizes.labelled)} of them labelled.`,
  );
  const folder = freeFolder(story.folder);
  const { teacher, pairs } = await told(story, seeds, progress, signal, folder);
  const gain = spread(pairs.map(({ alone, distilled }) => distilled.accuracy.top1 - alone.accuracy.top1));
  const significant = seeds === 1 || gain.mean >= 2 * gain.deviation;
  if (!significant) process.exitCode = 1;
  if (json) {
    const students = pairs.map(({ alone, distilled }) => ({
      alone: said(alone),
      distilled: said(distilled),
    }));
    say(JSON.stringify({ source: data.source, teacher: said(teacher), students, gain, significant }));
    return;
  }
  const rows = [
    row('teacher', [teacher]),
    row(
      'student alone',
      pairs.map(({ alone }) => alone),
    ),
    row(
      'student distilled',
      pairs.map(({ distilled }) => distilled),
    ),
  ];
  say(`\n${table(['', 'top-1 %', 'parameters', `${samples}/s`, 'training'], rows)}`);
  const [spreadOf, over] = seeds > 1 ? [` ± ${percent(gain.deviation)}`, ` over ${seeds} seeds`] : ['', ''];
  say(`\nDistillation gained ${percent(gain.mean)}${spreadOf} points of accuracy${over}.`);
  if (!significant) tell('The gain is under two standard deviations.');
  const [first] = pairs;
  if (!first) return;
  const { distilled } = first;
  const ended = {
    folder: path.join(distilled.run, 'student'),
    ...{ teacher: teacher.model, student: distilled.model },
    scores: { student: distilled.accuracy.top1, teacher: teacher.accuracy.top1 },
  };
  await goOut(ended, story.going, progress, signal);
  const look = boardEntry() ? 'shows them on a page' : 'lists them';
  say(`\nIts runs are in ${folder}, and this ${look}:\n`);
  say(`npx retort ${boardEntry() ? 'board' : 'runs'}`);
}

export async function quickstartCommand(flags: QuickstartFlags): Promise<void> {
  const { text = false, data } = flags;
  if (data !== undefined && !text)
    throw new UsageError(
      '--data is of a table of texts: say --text, too (without it the quickstart has Fashion-MNIST)',
    );
  const progress = new Progress();
  const signal = stopOnInterrupt((line) => progress.line(line));
  try {
    const story = text ? await textStory({ data }, progress) : await imageStory(progress);
    await tellStory(story, flags, progress, signal);
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    progress.line('stopped');
    process.exitCode = 130;
  }
}
