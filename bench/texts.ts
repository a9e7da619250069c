/**
 * Fine-tuning of MiniLM-L6 on sentences of SST-2, in fp32: steps and epochs of our Trainer beside those of transformers' and of a plain loop of the
 * same model in PyTorch; and distillation into MiniLM-L3 from a cache beside L3 alone. Reading and tokenising is part of our steps; transformers is given
 * tokens, as its examples make them beforehand, and the plain loop batches. Where steps are compared every side has the same batches in the same order.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { getNumThreads } from '@retort/torch';
import {
  crossEntropy,
  kd,
  openTokenizer,
  optimizers,
  schedules,
  type Tokenizer,
  Trainer,
  type TrainerOptions,
} from 'retort';
import { miniLM } from '../packages/retort/src/models/minilm/pair.ts';
import { alternate, type Line, lineOf, print, type Side } from './compare.ts';
import { Peer } from './peer.ts';
import { classifier, inOrder, lr, maxLength, sentencesOf, writeTokens } from './sentences.ts';

const batchSize = 32;
const sentences = 2048;
const stepsPerEpoch = sentences / batchSize;
/** Steps of a round. */
const count = 4;

type Given = Partial<TrainerOptions> & Pick<TrainerOptions, 'student' | 'data'>;

interface Loop {
  /** So many steps, or epochs. */
  readonly steps: Side;
  readonly epochs: Side;
}

/** Our Trainer, which goes on where it was left. */
function loop(
  tokenizer: Tokenizer,
  { padding = 'longest', ...given }: Given & { padding?: 'longest' | 'max' },
): Loop {
  const rendering = { tokenizer, maxLength, padding };
  const schedule = schedules.linear.create({});
  const method = given.teachers ? kd({ temperature: 2, alpha: 0.5, gamma: 0.5 }) : crossEntropy();
  const trainer = new Trainer({
    batchSize,
    precision: 'fp32',
    renderings: { student: rendering, teacher: rendering },
    stages: [
      {
        methods: [method],
        epochs: 1_000_000,
        optimizer: optimizers.adamw.create({ lr, weightDecay: 0 }),
        schedule: (length) => schedule(lr, length),
        clipNorm: 1,
      },
    ],
    ...given,
  });
  const events = trainer.run();
  const until =
    (kind: string): Side =>
    async (wanted) => {
      const start = performance.now();
      for (let seen = 0; seen < wanted; ) if ((await events.next()).value?.kind === kind) seen++;
      return (performance.now() - start) / 1000;
    };
  return { steps: until('step'), epochs: until('epoch') };
}

export interface TextsOptions {
  readonly python: string;
  readonly rounds: number;
  readonly wanted: (name: string) => boolean;
}

/** What is compared: its title, by which it is asked for, its sides, and whether a round is so many steps or an epoch. */
interface Comparison {
  readonly title: string;
  sides(): Promise<Readonly<Record<string, Side>>>;
  readonly lines: readonly (readonly [name: string, ours: string, theirs: string])[];
  /** Of a round. */
  readonly count: number;
  /** Sentences of one of them. */
  readonly unit: number;
}

export async function textsBench({ python, rounds, wanted }: TextsOptions): Promise<Line[]> {
  const { l6, l3 } = await miniLM();
  const tokenizer = openTokenizer(l6);
  const shuffled = await sentencesOf(sentences);
  const data = inOrder(shuffled);
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-bench-'));
  const file = path.join(scratch, 'sentences.json');
  writeTokens(file, l6, data, tokenizer);
  const peers: Peer[] = [];
  const threads = getNumThreads();
  /** @returns the side, and the attention that it took */
  const peer = async (more: Record<string, unknown>): Promise<[Side, string]> => {
    const made = new Peer(python);
    peers.push(made);
    const asked = { do: 'prepare', kind: 'texts', file, batch: batchSize, threads, ...more };
    const { variant } = await made.ask<{ variant: string }>(asked);
    return [(asks) => made.seconds(asks), variant];
  };
  /** Both of PyTorch's, by the attention that is the faster there. */
  const theirs = async (more: Record<string, unknown>): Promise<Readonly<Record<string, Side>>> => {
    const [plain, attention] = await peer({ loop: 'plain', ...more });
    console.log(`PyTorch's attention: ${attention}`);
    const [trainer] = await peer({ loop: 'trainer', attention, ...more });
    return { plain, trainer };
  };
  const comparisons: readonly Comparison[] = [
    {
      title: 'texts, step',
      count,
      unit: batchSize,
      sides: async () => ({
        ours: loop(tokenizer, { student: await classifier(l6), data }).steps,
        ...(await theirs({})),
      }),
      lines: [
        ["against transformers' Trainer", 'ours', 'trainer'],
        ['against a plain loop in PyTorch', 'ours', 'plain'],
      ],
    },
    {
      title: 'texts, padded step',
      count,
      unit: batchSize,
      sides: async () => ({
        longest: loop(tokenizer, { student: await classifier(l6), data }).steps,
        ours: loop(tokenizer, { student: await classifier(l6), data, padding: 'max' }).steps,
        ...(await theirs({ max_length: maxLength })),
      }),
      lines: [
        ["both padded to 128, against transformers' Trainer", 'ours', 'trainer'],
        ['both padded to 128, against a plain loop in PyTorch', 'ours', 'plain'],
        ['ours padded to the longest, against ours padded to 128', 'longest', 'ours'],
        ["ours padded to the longest, against transformers' Trainer padded to 128", 'longest', 'trainer'],
      ],
    },
    {
      title: 'texts, epoch',
      count: 1,
      unit: sentences,
      sides: async () => {
        const [trainer] = await peer({ loop: 'trainer', attention: 'sdpa', shuffled: true });
        const student = await classifier(l6);
        return {
          ours: loop(tokenizer, { student, data: shuffled, sampling: { by: 'length' } }).epochs,
          trainer: (epochs) => trainer(epochs * stepsPerEpoch),
        };
      },
      lines: [
        [
          "batches of alike lengths, against transformers' Trainer and its shuffled batches",
          'ours',
          'trainer',
        ],
      ],
    },
    {
      title: 'texts, distillation',
      count,
      unit: batchSize,
      sides: async () => {
        const student = () => classifier(l3);
        const taught = async () => ({ data, teachers: [await classifier(l6)], student: await student() });
        const cache = { views: 1, folder: path.join(scratch, 'teachers') };
        return {
          cached: loop(tokenizer, { ...(await taught()), cache }).steps,
          live: loop(tokenizer, await taught()).steps,
          alone: loop(tokenizer, { data, student: await student() }).steps,
        };
      },
      lines: [
        ['cached teacher against the student alone', 'cached', 'alone'],
        ['cached teacher against a live one', 'cached', 'live'],
      ],
    },
  ];
  const found: Line[] = [];
  try {
    for (const { title, sides, lines, count, unit } of comparisons) {
      if (!wanted(title)) continue;
      const took: Record<string, number[]> = await alternate(await sides(), count, rounds);
      for (const [name, ours, theirs] of lines) {
        const line = lineOf(
          `${title}, sentences a second: ${name}`,
          took[ours] ?? [],
          took[theirs] ?? [],
          count,
          unit,
        );
        found.push(line);
        print(line);
      }
      for (const each of peers.splice(0)) each.close();
    }
    return found;
  } finally {
    for (const each of peers) each.close();
    fs.rmSync(scratch, { recursive: true });
  }
}
