/** What a network is called with: images or texts. */
import type { nn, Tensor } from '@retort/torch';
import type { Classifier } from './anatomy.ts';

/** Images, float32 [B, C, H, W]. */
export interface TakesImages {
  readonly kind: 'images';
  readonly channels: number;
  /** The side of its images where it takes no others. */
  readonly imageSize: number | null;
}

/** Texts as numbers of tokens, int64 [B, L], with a mask, bool [B, L], and types, int64 [B, L]. */
export interface TakesTexts {
  readonly kind: 'texts';
  /** How many tokens it knows: numbers are below it. */
  readonly vocabulary: number;
  /** How many tokens a text may have, L. */
  readonly positions: number;
  /** How many types of tokens it tells apart; 1 where it knows no second text. */
  readonly types: number;
}

/** What a network is called with. */
export type Takes = TakesImages | TakesTexts;

/** A classifier of texts. */
export interface TextClassifier extends Classifier {
  readonly takes: TakesTexts;
  /**
   * @param tokens  int64 [B, L]
   * @param mask  bool [B, L], true where there is a token and no padding; all are tokens where it is left out
   * @param types  int64 [B, L], 0 or 1: which of two texts a token is of; 0 where it is left out
   * @returns logits [B, C]
   */
  forward(tokens: Tensor, mask?: Tensor, types?: Tensor): Tensor;
}

/** Whether a network is one of texts, by what it says itself. @example isTextClassifier(createModel('bert-base-uncased', { classes: 2 })) // true */
export const isTextClassifier = (model: nn.Layer): model is TextClassifier =>
  'takes' in model && (model as Partial<TextClassifier>).takes?.kind === 'texts';
