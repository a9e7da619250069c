/** Runs that are made up, and reports of them, for tests: in the folder where the process is. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { parseHTML } from 'linkedom';
import { RunFolder } from '../src/runs/index.ts';
import { type Ended, retort } from './command.ts';

interface Made {
  readonly status?: 'finished' | 'failed';
  readonly error?: string;
  readonly data?: string;
  readonly student?: string;
  readonly gamma?: number;
  readonly seed?: number;
  readonly parameters?: number;
  readonly multiplyAdds?: number;
  readonly method?: string;
}

/** What a run leaves that learned for some epochs, with these test accuracies. */
export function made(
  folder: string,
  accuracies: readonly number[],
  {
    status = 'finished',
    error,
    data = 'cifar100',
    student = 'resnet8',
    gamma = 1,
    seed = 0,
    parameters = 1000,
    multiplyAdds,
    method = 'kd',
  }: Made = {},
): void {
  const settings = {
    ...{
      name: folder.replace(/\/seed-\d$/, ''),
      student,
      teacher: 'resnet20:w.pth',
      seed,
      data: { name: data },
    },
    stages: [{ epochs: accuracies.length, methods: [{ name: method, gamma }] }],
  };
  const run = RunFolder.create(path.resolve(folder), {
    settings,
    headline: { metric: 'top1', better: 'higher' },
    inputs: { data: { sha256: 'ab'.repeat(32), from: data } },
  });
  const lines = accuracies.map((top1, i) =>
    JSON.stringify({
      ...{ stage: 0, epoch: i + 1, seconds: 30, lr: 0.1 },
      losses: { ce: 0.5 - top1 / 2, [method]: 1 - top1 / 2, loss: 1.5 - top1 },
      test: { top1 },
    }),
  );
  if (lines.length > 0) fs.appendFileSync(path.join(run.path, 'metrics.jsonl'), `${lines.join('\n')}\n`);
  fs.writeFileSync(path.join(run.path, 'recipe.yaml'), `name: ${folder}\nstudent: ${student}\n`);
  const top1 = accuracies.at(-1);
  run.end(
    status,
    error !== undefined
      ? { error }
      : {
          ...{ parameters, multiplyAdds },
          epochs: accuracies.length,
          teacher: { top1: 0.9 },
          ...(top1 === undefined ? {} : { last: { top1 }, best: { top1 } }),
        },
  );
}

/** Three runs in the folder `runs`: of two seeds, and one of other settings. */
export function madeThree(): void {
  made('runs/one/seed-0', [0.1, 0.2], { seed: 0 });
  made('runs/one/seed-1', [0.2, 0.4], { seed: 1 });
  made('runs/two', [0.3, 0.5], { gamma: 2, student: 'resnet14', parameters: 2500 });
}

/** Text that a page must show, and not be. */
export const hostile = '<script>alert(1)</script>';

export const report = (...args: string[]): Promise<Ended> => retort('report', ...args);

export type Page = ReturnType<typeof parseHTML>['document'];

export const parsed = (file: string): Page => parseHTML(fs.readFileSync(file, 'utf8')).document;

export const textsOf = (page: Page, selector: string): string[] =>
  [...page.querySelectorAll(selector)].map((one) => one.textContent?.trim() ?? '');

/** The rows of a table by its label, as texts. */
export function rowsOf(page: Page, label: string): string[][] {
  const found = [...page.querySelectorAll('.wide')].find((one) => one.getAttribute('aria-label') === label);
  assert.ok(found, `there is no table of ${label}`);
  return [...found.querySelectorAll('tr')].map((row) =>
    [...row.children].map((cell) => cell.textContent?.trim() ?? ''),
  );
}

export const captions = (page: Page): string[] => textsOf(page, 'figcaption');
