/** timm's grammar of RandAugment: `rand-m9-mstd0.5-inc1` (timm 1.0.31, `rand_augment_transform`). */
import { unknown } from '../../words/unknown.ts';
import type { OperationName } from './pillow/operations.ts';

export interface Policy {
  readonly magnitude: number;
  /** Of the magnitude; infinite where it is drawn evenly from 0 on. */
  readonly deviation: number;
  /** To which magnitudes are cut off. */
  readonly most: number;
  /** How many operations are drawn for an image. */
  readonly layers: number;
  /** With which each of them is applied. */
  readonly probability: number;
  readonly choices: readonly { readonly name: OperationName; readonly weight: number }[];
  /** Drawn by weight, each at most once. */
  readonly isWeighted: boolean;
}

const plain: readonly OperationName[] = [
  'AutoContrast',
  'Equalize',
  'Invert',
  'Rotate',
  'Posterize',
  'Solarize',
  'SolarizeAdd',
  'Color',
  'Contrast',
  'Brightness',
  'Sharpness',
  'ShearX',
  'ShearY',
  'TranslateXRel',
  'TranslateYRel',
];

const increasing: readonly OperationName[] = [
  'AutoContrast',
  'Equalize',
  'Invert',
  'Rotate',
  'PosterizeIncreasing',
  'SolarizeIncreasing',
  'SolarizeAdd',
  'ColorIncreasing',
  'ContrastIncreasing',
  'BrightnessIncreasing',
  'SharpnessIncreasing',
  'ShearX',
  'ShearY',
  'TranslateXRel',
  'TranslateYRel',
];

/** Sets that timm has names for, by weight. */
const sets: Readonly<Record<string, Readonly<Partial<Record<OperationName, number>>>>> = {
  weights: {
    Rotate: 3,
    ShearX: 2,
    ShearY: 2,
    TranslateXRel: 1,
    TranslateYRel: 1,
    ColorIncreasing: 0.25,
    SharpnessIncreasing: 0.25,
    AutoContrast: 0.25,
    SolarizeIncreasing: 0.05,
    SolarizeAdd: 0.05,
    ContrastIncreasing: 0.05,
    BrightnessIncreasing: 0.05,
    Equalize: 0.05,
    PosterizeIncreasing: 0.05,
    Invert: 0.05,
  },
  '3a': { SolarizeIncreasing: 1, Desaturate: 1, GaussianBlur: 1 },
  '3aw': {
    SolarizeIncreasing: 6,
    Desaturate: 6,
    GaussianBlur: 6,
    Rotate: 3,
    ShearX: 2,
    ShearY: 2,
    PosterizeIncreasing: 1,
    AutoContrast: 1,
    ColorIncreasing: 1,
    SharpnessIncreasing: 1,
    ContrastIncreasing: 1,
    BrightnessIncreasing: 1,
    Equalize: 1,
    Invert: 1,
  },
};

/** What a part of the policy may be, and what it is where it is left out. */
const numbers = {
  m: { form: /^\d+$/, otherwise: 10, wanted: 'a whole number' },
  mstd: { form: /^\d+(\.\d+)?$/, otherwise: 0, wanted: 'a number' },
  mmax: { form: /^[1-9]\d*$/, otherwise: 10, wanted: 'a whole number from 1 on' },
  n: { form: /^[1-9]\d?$/, otherwise: 2, wanted: 'a whole number from 1 to 99' },
  p: { form: /^(0(\.\d+)?|1(\.0+)?)$/, otherwise: 0.5, wanted: 'a number from 0 to 1' },
  inc: { form: /^[01]$/, otherwise: 0, wanted: '0 or 1' },
} as const;

type Key = keyof typeof numbers;

const isKey = (key: string): key is Key => Object.hasOwn(numbers, key);

/** The numbers and the set that a text names; a sentence where it is no policy. */
function partsOf(text: string): { values: Map<Key, number>; set: string | null } | string {
  const [start, ...parts] = text.split('-');
  if (start !== 'rand') return `must begin with 'rand', as rand-m9-mstd0.5-inc1 does`;
  const values = new Map<Key, number>();
  let set: string | null = null;
  for (const part of parts) {
    if (part.startsWith('t')) {
      set = part.slice(1);
      if (!Object.hasOwn(sets, set)) return unknown('set of operations', set, Object.keys(sets));
      continue;
    }
    const [, key = '', value = ''] = /^(\D*)(.*)$/.exec(part) ?? [];
    if (!isKey(key))
      return `'${part}' is no part of it: there are ${Object.keys(numbers).join(', ')}, each with a number, and t with the name of a set`;
    const { form, wanted } = numbers[key];
    if (!form.test(value)) return `'${part}': what follows ${key} must be ${wanted}`;
    if (values.has(key)) return `${key} is there twice`;
    values.set(key, Number(value));
  }
  return { values, set };
}

/** What a text in timm's grammar says; a sentence where it is wrong. @example parsePolicy('rand-m9-mstd0.5-inc1') */
export function parsePolicy(text: string): Policy | string {
  const parts = partsOf(text);
  if (typeof parts === 'string') return parts;
  const { values, set } = parts;
  const numberFor = (key: Key): number => values.get(key) ?? numbers[key].otherwise;
  const isIncreasing = numberFor('inc') === 1;
  const choices =
    set === null
      ? (isIncreasing ? increasing : plain).map((name) => ({ name, weight: 1 }))
      : Object.entries(sets[set] ?? {}).map(([name, weight]) => ({ name: name as OperationName, weight }));
  const isWeighted = choices.some(({ weight }) => weight !== choices[0]?.weight);
  const layers = numberFor('n');
  if (isWeighted && layers > choices.length)
    return `n${layers}: of the set ${set} each operation comes once at most, and there are ${choices.length}`;
  const deviation = numberFor('mstd');
  return {
    magnitude: numberFor('m'),
    deviation: deviation > 100 ? Number.POSITIVE_INFINITY : deviation,
    most: numberFor('mmax'),
    layers,
    probability: numberFor('p'),
    choices,
    isWeighted,
  };
}
