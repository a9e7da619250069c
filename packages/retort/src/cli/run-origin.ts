/** What the run of a student says of it. */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type CardFacts, licenceOf } from '../export/folder/index.ts';
import { methods } from '../methods/index.ts';
import { parseNetwork } from '../models/index.ts';
import { type RunStatus, readRun } from '../runs/index.ts';

const named = z.looseObject({ name: z.string() });

/** As much of a run's recipe as is told of its student. */
const settings = z.looseObject({
  data: z.looseObject({ name: z.string(), options: z.record(z.string(), z.unknown()).optional() }),
  stages: z.array(z.looseObject({ methods: z.array(named).catch([]) })).catch([]),
  teacher: z.union([z.string(), z.looseObject({ weights: z.string().optional() })]).optional(),
});

/** What a run says of its student. */
export interface Origin {
  readonly data: { readonly name: string; readonly options?: Readonly<Record<string, unknown>> | undefined };
  readonly facts: CardFacts;
}

/** What a run that is not done is said to be. */
const unfinished: Partial<Record<RunStatus, string>> = {
  running: 'is still running',
  stopped: 'was stopped',
  killed: 'was killed',
  failed: 'has failed',
};

/** Null for weights that are of no run. */
export function originOf(file: string | null): Origin | null {
  const [, of] = /^(best|last)\.safetensors$/.exec(path.basename(file ?? '')) ?? [];
  const folder = file !== null && of !== undefined ? path.dirname(file) : file;
  if (folder === null || !fs.existsSync(path.join(folder, 'run.json'))) return null;
  const run = readRun(folder);
  const { success, data: said } = settings.safeParse(run.settings);
  if (!success) return null;
  const names = new Set(said.stages.flatMap((stage) => stage.methods.map(({ name }) => name)));
  const recipe = path.join(folder, 'recipe.yaml');
  const how = unfinished[run.status];
  const teacher = typeof said.teacher === 'string' ? parseNetwork(said.teacher).file : said.teacher?.weights;
  return {
    data: said.data,
    facts: {
      teacher: run.teacher ?? undefined,
      methods: [...names].map((name) => ({ name, source: methods[name]?.source ?? "the run's own" })),
      data: said.data.name,
      recipe: fs.existsSync(recipe) ? fs.readFileSync(recipe, 'utf8') : undefined,
      scores: Object.fromEntries(
        Object.entries(run.scores).flatMap(([name, { best, last }]) => {
          const score = of === 'last' ? last : (best ?? last);
          return score === null ? [] : [[name, score]];
        }),
      ),
      teacherScores: run.teacherScores ?? undefined,
      licences: { teacher: teacher ? licenceOf(teacher) : undefined },
      remarks: how ? [`its run ${how} after ${run.epochsDone} of ${run.epochsTotal ?? 'its'} epochs`] : [],
    },
  };
}
