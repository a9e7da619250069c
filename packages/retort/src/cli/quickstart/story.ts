/**
 * What distillation is for, as a story of images or of texts. A teacher learned from many labelled samples that are no longer at hand; for
 * the small student there are others, of which very few have labels. Alone it learns from those few. Distilled, it learns from
 * what the teacher says of all of them, labels or not.
 */
import type { nn } from '@retort/torch';
import type { Splits } from '../../data/index.ts';
import type { EvaluateOptions } from '../../evaluate/index.ts';
import type { RecipeStage } from '../../recipe/index.ts';
import type { TrainerOptions } from '../../train/index.ts';
import type { Going } from './out.ts';

/** How a network learns, as a recipe says it. */
export interface Learning {
  readonly stage: RecipeStage;
  readonly batchSize: number;
}

/** A network that has not learned yet. */
export interface Made {
  readonly model: nn.Layer;
  /** Names it for whoever loads its weights. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Maker {
  make(): Made | Promise<Made>;
  /** What it is, as the settings of its run have it. */
  readonly written: Readonly<Record<string, unknown>>;
}

/** Of how many samples is told. */
export interface Sizes {
  /** From which the teacher learns. */
  readonly teacher: number;
  /** Others, which the student has. */
  readonly student: number;
  /** Of the student's. */
  readonly labelled: number;
}

/** What the runs of a story say in common. */
export interface Said {
  /** The command that tells it. */
  readonly program: string;
  /** The data by its name. */
  readonly data: string;
  /** Texts by the names of files that lie beside the weights: a tokenizer's. */
  readonly beside?: Readonly<Record<string, string>>;
}

/** What a story is told of. */
export interface Matter {
  readonly data: Pick<Splits, 'train' | 'test' | 'source'>;
  readonly sizes: Sizes;
  /** The order in which a teacher with a cache is asked; as they were drawn where it is left out. */
  asked?(ids: Int32Array): Int32Array;
}

/** A story before it is told. */
export interface Story extends Matter {
  /** In `runs`, where its runs lie; another where that is taken. */
  readonly folder: string;
  readonly said: Said;
  /** What samples are. */
  readonly samples: 'images' | 'texts';
  readonly teacher: Learning & Maker;
  readonly student: Maker & {
    readonly alone: Learning;
    readonly distilled: Learning;
  };
  /** How samples are shown. */
  readonly shown: Pick<TrainerOptions, 'transforms' | 'sampling'> & Pick<EvaluateOptions, 'renderings'>;
  /** Of what the teacher says, where it sees each sample again as it was. */
  readonly cache?: TrainerOptions['cache'];
  /** How the student goes out. */
  readonly going: Going;
}
