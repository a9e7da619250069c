/** What `retort probe` is asked, of its protocols. */
import type { ProbeOptions } from '../../probe/index.ts';
import { numbersGiven } from '../numbers-given.ts';

/** A network and data, whatever the protocol. */
export interface ProbedFlags {
  /** Of a SOURCE that is a model's name. */
  readonly weights?: string;
  /** Where it is left out, what a run was judged on. */
  readonly data?: string;
  /** As a recipe has them, in YAML. */
  readonly dataOptions?: string;
  readonly input?: string;
  readonly seed?: number;
  readonly json?: boolean;
}

/** Of the protocol `features`; lists with commas. */
export interface FeaturesFlags extends ProbedFlags {
  /** Paths, each of all networks or, as `SOURCE=PATH`, of one. */
  readonly layer?: readonly string[];
  readonly l2?: string;
  readonly standardise?: boolean;
  readonly neighbours?: string;
  readonly temperature?: number;
  readonly few?: string;
  readonly draws?: number;
}

/** What is asked of each network. */
export type Asked = Pick<ProbeOptions, 'l2' | 'neighbours' | 'few'>;

/** @throws UsageError for a list that is none */
export function askedBy({ l2, neighbours, few }: FeaturesFlags): Asked {
  return {
    l2: numbersGiven('--l2', l2, (value) => value > 0, 'numbers above 0', '0.1,0.01,0.001'),
    neighbours: numbersGiven(
      '--neighbours',
      neighbours,
      (value) => Number.isInteger(value) && value >= 1,
      'whole numbers from 1',
      '1,20,200',
    ),
    few:
      few === 'none'
        ? []
        : numbersGiven('--few', few, (value) => value > 0 && value < 1, 'shares between 0 and 1', '0.01,0.1'),
  };
}
