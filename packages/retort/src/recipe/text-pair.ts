/** How the networks of a run want texts: where one has no tokenizer, the other's. */
import {
  DataError,
  type Dataset,
  defaultMaxLength,
  fullTextRendering,
  type Rendering,
} from '../data/index.ts';
import { isTextClassifier } from '../models/index.ts';
import type { Tokenizer } from '../tokenizers/index.ts';
import type { Path } from '../words/problems.ts';
import { RecipeError } from './errors.ts';
import type { LoadedNetwork } from './load-network.ts';
import type { Resolved } from './resolve.ts';
import { refuseMisfit } from './text-input.ts';

/** A network of texts that a recipe names, and where. */
interface Asking extends Pick<LoadedNetwork, 'name' | 'model' | 'rendering'> {
  readonly path: Path;
}

/**
 * How the networks of a run want texts, each with a tokenizer: one that has none takes that of the first that has, as the published script gives both
 * networks the student's.
 *
 * @param networks  of texts, or of one's own
 * @throws RecipeError where its network does not know the other's words, or where none has any
 */
export function textInputs(
  networks: readonly Asking[],
  { where }: Pick<Resolved, 'where'>,
  { name: data }: Pick<Dataset, 'name'>,
): readonly Rendering[] {
  const given = networks.find(({ rendering }) => rendering?.tokenizer)?.rendering?.tokenizer;
  return networks.map(({ name, model, rendering = {}, path }) => {
    try {
      if (given && !rendering.tokenizer && isTextClassifier(model))
        refuseMisfit(name, model, given as Tokenizer, rendering.maxLength ?? defaultMaxLength);
      return fullTextRendering(data, { ...rendering, tokenizer: rendering.tokenizer ?? given });
    } catch (error) {
      if (!(error instanceof RangeError) && !(error instanceof DataError)) throw error;
      throw new RecipeError([`${where(path)}: ${error.message}`], { cause: error });
    }
  });
}
