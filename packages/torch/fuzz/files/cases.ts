/** All hostile files by number: first those that were thought of, then as many as one likes from a seed. */
import { bombCases, randomTensor } from './bombs.ts';
import type { Case } from './case.ts';
import { codeCases } from './code.ts';
import { mutant } from './mutants.ts';
import { otherCases } from './others.ts';
import { drawsFrom } from './random.ts';
import { randomHeader, safetensorsCases } from './safetensors.ts';
import { randomZip, zipCases } from './zip-tricks.ts';

/** What the code in the files would do: make this file in the working folder. */
export const canary = 'code-was-run';
export const canaryCommand = `touch ${canary}`;

const listed: readonly Case[] = [
  ...zipCases(),
  ...safetensorsCases(),
  ...bombCases(),
  ...otherCases(),
  ...codeCases(canaryCommand),
];

export const listedCount = listed.length;

/** The hostile file of a number. */
export function hostileCase(seed: number, number: number): Case {
  const found = listed[number];
  if (found) return found;
  const draws = drawsFrom(seed + number);
  const kind = draws.below(10);
  if (kind === 0) return randomTensor(draws, 'a tensor at random');
  if (kind === 1) return randomZip(draws, 'a zip archive at random');
  if (kind === 2) return randomHeader(draws, 'a safetensors header at random');
  return mutant(draws);
}
