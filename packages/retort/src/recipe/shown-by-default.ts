/** How samples are shown where a recipe does not say it: by what they are. */
import { isDeepStrictEqual } from 'node:util';
import { type Dataset, fieldsOf, imagesOfDatasets } from '../data/index.ts';
import type { Recipe } from './schema.ts';

type Transforms = NonNullable<Recipe['data']['train']>;

/** A recipe that says how samples are shown. */
type Shown = { readonly data: { readonly train: Transforms } };

/** Of images, as the CRD benchmark changes those of CIFAR. */
const ofImages: Transforms = [{ name: 'crop-flip', padding: 4, flip: true }];

/** The same recipe, with the transforms of images where its data is known by its name to be of images. */
export function shownByName(recipe: Recipe): Recipe {
  const { name, train } = recipe.data;
  if (train !== undefined || !Object.hasOwn(imagesOfDatasets, name)) return recipe;
  return { ...recipe, data: { ...recipe.data, train: ofImages } };
}

/** The same recipe with nothing of it left open, for data that was found. Texts stay as they are, in batches of those that are alike long. */
export function shownFor<Asked extends Recipe>(
  recipe: Asked,
  { fields }: Pick<Dataset, 'fields'>,
): Asked & Shown {
  const { data } = recipe;
  const areTexts = fieldsOf(fields, 'text').length > 0;
  const { train = areTexts ? [] : ofImages, sampling = areTexts ? 'length' : undefined } = data;
  return { ...recipe, data: { ...data, train, ...(sampling === undefined ? {} : { sampling }) } };
}

/** The same recipe, with what it leaves open as a run has it, where that is how images or texts are shown then. @param run  the settings of its data */
export function shownAs(recipe: Recipe, run: Partial<Recipe['data']> = {}): Recipe {
  const { data } = recipe;
  const sampling = data.sampling ?? (run.sampling === 'length' ? run.sampling : undefined);
  // Of texts alone are batches of like length, and where an order by chance is asked for, it is mostly instead of that.
  const ofRun = sampling === 'length' || sampling === 'shuffled' ? [ofImages, []] : [ofImages];
  const train = data.train ?? ofRun.find((transforms) => isDeepStrictEqual(transforms, run.train));
  return {
    ...recipe,
    data: {
      ...data,
      ...(train === undefined ? {} : { train }),
      ...(sampling === undefined ? {} : { sampling }),
    },
  };
}
