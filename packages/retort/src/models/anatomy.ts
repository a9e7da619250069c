/** Where the features of a classifier are: what methods tap unless they are told otherwise. */
import type { nn } from '@retort/torch';

/** Where the attention of a transformer's layers is: paths of what makes queries, keys and values [L, D], one a layer, in order. */
export interface Attention {
  /** Into how many heads each is divided. */
  readonly heads: number;
  readonly queries: readonly string[];
  readonly keys: readonly string[];
  readonly values: readonly string[];
}

/** The attention of layers by their paths, in each of which the modules of queries, keys and values have these. */
export const attentionOf = (
  heads: number,
  layers: readonly string[],
  [query, key, value]: readonly [query: string, key: string, value: string],
): Attention => {
  const each = (of: string) => layers.map((layer) => `${layer}.${of}`);
  return { heads, queries: each(query), keys: each(key), values: each(value) };
};

/** Paths as `nn.tap` takes them: `layer1` is what the module returns, `fc:input` what it is called with. */
export interface Anatomy {
  /** What the first layers give, before the first stage: f0 of the CRD benchmark, the embeddings of a transformer over texts. */
  readonly stem: string;
  /** The outputs of the stages, in order: feature maps [C, H, W] or tokens [L, D]. */
  readonly stages: readonly string[];
  /** The same before their last ReLU, where the family has them and a method needs them (AB). */
  readonly preActivations?: readonly string[];
  /** The vector [D] that the classifier is called with. */
  readonly penultimate: string;
  /**
   * The module, or modules, that make the logits of it. Of two the logits are the mean; where they learn apart, the first learns what the data says, the
   * second what a teacher says.
   */
  readonly classifier: readonly string[];
  /** How many of its rows stand for no class, as background does; 0 where it is left out. */
  readonly others?: number;
  /** Modules before it that a network without a classifier lacks, too: they begin anew with a new classifier, where there are no weights for them. */
  readonly head?: readonly string[];
  /** How many of a stage's tokens are no patches of the image but come before them, as a class token; 0 where it is left out. */
  readonly prefixTokens?: number;
  /** The attention of the stages' layers, where the family says it and a method needs it (MiniLM, TinyBERT). */
  readonly attention?: Attention;
}

/** A model that knows its anatomy, as those of this folder do. */
export interface Classifier extends nn.Layer {
  readonly anatomy: Anatomy;
  /**
   * Weights in another layout, as its authors' files or those of earlier releases of timm have it, under its own keys and in their shapes, without
   * what it computes itself; null where they are in none that it knows. What lies under its own keys already needs none.
   */
  ownLayout?(weights: nn.StateDict): nn.StateDict | null;
}

/** A model's anatomy; null where it does not say. @example anatomyOf(model)?.stages */
export function anatomyOf(model: nn.Layer): Anatomy | null {
  return 'anatomy' in model ? (model as Classifier).anatomy : null;
}
