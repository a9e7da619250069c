/** What may happen to a run between its stop and its going on. */
import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Damage, fileDamages, folderDamages, putBack } from './damages.ts';
import { type Kind, saveWeights } from './made.ts';

export type Verdict = 'identical' | 'refused';

/** Something that happens to a copy of a run that was killed. */
export interface Case {
  readonly group: string;
  readonly name: string;
  readonly kind: Kind;
  /** Steps that the run had taken. */
  readonly killed: number;
  /** Arguments of `retort resume`. */
  readonly resume?: (place: string) => readonly string[];
  /** What must come of it; either where it is left out. */
  readonly must?: Verdict;
  readonly happen: (place: string) => void;
  /** Takes it back. */
  readonly undo: (place: string) => void;
}

/** A file in each place that is no run's, and must stay as it is. */
export const bystander = 'bystander';

/** Files and folders below one, by their paths from it, but what links lead to. */
function below(folder: string): string[] {
  const entries = fs.readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .flatMap((entry) => {
      const inner = entry.isDirectory() ? below(path.join(folder, entry.name)) : [];
      return [entry.name, ...inner.map((name) => path.join(entry.name, name))];
    })
    .sort();
}

type Of = Omit<Case, 'name' | 'happen' | 'undo'>;

/** A damage of what is called so in a place. */
const damagedBy = (of: Of, pristine: string, name: string, damage: Damage): Case => ({
  ...of,
  name: `${name}: ${damage.name}`,
  happen: (place) => damage.apply(path.join(place, name), path.join(place, bystander)),
  undo: (place) => putBack(damage, path.join(place, name), path.join(pristine, name)),
});

/** Every damage of everything in a folder of the place, and of the folder. */
function damagesOf(of: Of, pristine: string, folder: string): Case[] {
  return ['', ...below(path.join(pristine, folder))].flatMap((inner) => {
    const name = path.join(folder, inner);
    const isFolder = fs.statSync(path.join(pristine, name)).isDirectory();
    return (isFolder ? folderDamages : fileDamages).map((damage) => damagedBy(of, pristine, name, damage));
  });
}

const isMoved = ({ name }: Damage): boolean => name === 'a link to where it was moved';

/** Weights that lie elsewhere by now, as `retort resume` is told. */
const elsewhere = (place: string): string[] =>
  ['teacher', 'student'].map((name) => `${name}=resnet8:${path.join(place, name)}.safetensors`);

function weightsReplaced(of: Of, pristine: string): Case[] {
  const moved: Of = { ...of, resume: elsewhere };
  const nothing = { happen: () => {}, undo: () => {} };
  return [
    { ...moved, ...nothing, name: 'the files of weights moved', must: 'identical' },
    ...['teacher.safetensors', 'student.safetensors'].flatMap((name): Case[] => [
      ...fileDamages.map((damage) =>
        damagedBy({ ...moved, must: isMoved(damage) ? 'identical' : 'refused' }, pristine, name, damage),
      ),
      {
        ...moved,
        name: `${name}: other weights`,
        must: 'refused',
        happen: (place) => saveWeights(path.join(place, name), 9),
        undo: (place) => fs.copyFileSync(path.join(pristine, name), path.join(place, name)),
      },
    ]),
  ];
}

const idx = 'data/fashion-mnist';

/** Fewer than of other files: a run on ten thousand test images takes its time. */
const ofData = [
  'deleted',
  'a pipe',
  'a folder',
  'a link to itself',
  'a link to a device',
  'a link to where it was moved',
  'half of it',
  'a byte in its middle flipped',
];

function dataReplaced(of: Of, pristine: string): Case[] {
  const file = `${idx}/train-images-idx3-ubyte`;
  const flip = fileDamages.filter(({ name }) => name === 'a byte in its middle flipped');
  const others = fs.readdirSync(path.join(pristine, idx)).filter((name) => !file.endsWith(name));
  const to = (place: string, name: string): string => path.join(place, idx, name);
  return [
    ...fileDamages
      .filter(({ name }) => ofData.includes(name))
      .map((damage) =>
        damagedBy({ ...of, must: isMoved(damage) ? 'identical' : 'refused' }, pristine, file, damage),
      ),
    ...others.flatMap((name) =>
      flip.map((damage) => damagedBy({ ...of, must: 'refused' }, pristine, `${idx}/${name}`, damage)),
    ),
    {
      ...of,
      name: 'data: in another folder, and packed',
      must: 'identical',
      happen: (place) => {
        fs.renameSync(path.join(place, idx), path.join(place, 'data/fashion_mnist'));
        const images = path.join(place, 'data/fashion_mnist/t10k-images-idx3-ubyte');
        fs.writeFileSync(`${images}.gz`, gzipSync(fs.readFileSync(images), { level: 1 }));
        fs.rmSync(images);
      },
      undo: () => {},
    },
    {
      ...of,
      name: 'data: training and test images of one another',
      must: 'refused',
      happen: (place) =>
        fs.renameSync(to(place, 't10k-images-idx3-ubyte'), to(place, 'train-images-idx3-ubyte')),
      undo: (place) =>
        fs.cpSync(path.join(pristine, idx), path.join(place, idx), { recursive: true, force: true }),
    },
  ];
}

/** The run says that it is at work on a machine that is not this one. */
function elsewhereAtWork(of: Of, pristine: string): Case[] {
  const file = 'run/run.json';
  const happens = {
    happen: (place: string) => {
      const record = JSON.parse(fs.readFileSync(path.join(place, file), 'utf8'));
      fs.writeFileSync(path.join(place, file), JSON.stringify({ ...record, host: 'far-away' }));
    },
    undo: (place: string) => fs.copyFileSync(path.join(pristine, file), path.join(place, file)),
  };
  return [
    { ...of, ...happens, name: 'on another host', must: 'refused' },
    {
      ...of,
      ...happens,
      name: 'on another host, taken over',
      must: 'identical',
      resume: () => ['--take-over'],
    },
  ];
}

/** A run that was killed after so many steps. */
export interface Killed {
  readonly kind: Kind;
  readonly killed: number;
}

const late: Killed = { kind: 'taught', killed: 10 };
const early: Killed = { kind: 'taught', killed: 1 };
const ofFiles: Killed = { kind: 'of-files', killed: 8 };

const damagesIn =
  (folder: string) =>
  (of: Of, pristine: string): Case[] =>
    damagesOf(of, pristine, folder);

/** Groups of cases: the run that they begin with, and what happens to it. */
const groups: Readonly<Record<string, readonly [Killed, (of: Of, pristine: string) => Case[]]>> = {
  run: [late, damagesIn('run')],
  'run before its first checkpoint': [early, damagesIn('run')],
  'teacher cache': [late, damagesIn('cache/teachers')],
  'teacher cache of the first stage': [early, damagesIn('cache/teachers')],
  'measured precision': [late, damagesIn('cache/precision')],
  weights: [late, weightsReplaced],
  data: [ofFiles, dataReplaced],
  host: [late, elsewhereAtWork],
};

/**
 * All cases of the groups that are asked for.
 *
 * @param pristineOf  makes a run, or says where it lies
 */
export async function casesOf(
  isAsked: (group: string) => boolean,
  pristineOf: (run: Killed) => Promise<string>,
): Promise<Case[]> {
  const cases: Case[] = [];
  for (const [group, [run, happens]] of Object.entries(groups))
    if (isAsked(group)) cases.push(...happens({ ...run, group }, await pristineOf(run)));
  return cases;
}
