/** How samples are shown where a recipe does not say it: by what they are. */
import { isDeepStrictEqual } from 'node:util';
import { type Dataset, fieldsOf, imagesOfDatasets } from '../data/index.ts';
import type { Recipe } from './schema.ts';

type Transforms = NonNullable<Recipe['data']['train']>;

/** A recipe that says how samples are shown. */
type Shown = {
  readonly data: { readonly train: Transforms };
  readonly cache?: NonNullable<Recipe['cache']> & { readonly views: number };
};

/** Of each sample in a teacher's cache. */
const views = { images: 4, texts: 1 } as const;

/** Of images, as the CRD benchmark changes those of CIFAR. */
const ofImages: Transforms = [{ name: 'crop-flip', padding: 4, flip: true }];

/** The same recipe, with the transforms of images where its data is known by its name to be of images. */
export function shownByName(recipe: Recipe): Recipe {
  const { name, train } = recipe.data;
  if (!Object.hasOwn(imagesOfDatasets, name)) return recipe;
  return { ...withViews(recipe, 'images'), data: { ...recipe.data, train: train ?? ofImages } };
}

/** The same recipe, with the number of views of what is shown. */
const withViews = <Asked extends Recipe>(
  { cache, ...rest }: Asked,
  shown: keyof typeof views,
): Omit<Asked, 'cache'> & Pick<Shown, 'cache'> => ({
  ...rest,
  ...(cache && { cache: { ...cache, views: cache.views ?? views[shown] } }),
});

/** The same recipe with nothing of it left open, for data that was found. Texts stay as they are, in batches of those that are alike long. */
export function shownFor<Asked extends Recipe>(
  recipe: Asked,
  { fields }: Pick<Dataset, 'fields'>,
): Asked & Shown {
  const { data } = recipe;
  const areTexts = fieldsOf(fields, 'text').length > 0;
  const { train = areTexts ? [] : ofImages, sampling = areTexts ? 'length' : undefined } = data;
  return {
    ...withViews(recipe, areTexts ? 'texts' : 'images'),
    data: { ...data, train, ...(sampling === undefined ? {} : { sampling }) },
  } as Asked & Shown;
}

/** The same recipe, with what it leaves open as a run has it, where that is how images or texts are shown then. @param run  its settings */
export function shownAs(recipe: Recipe, run: Partial<Recipe>): Recipe {
  const { data, cache } = recipe;
  const sampling = data.sampling ?? (run.data?.sampling === 'length' ? run.data.sampling : undefined);
  // Of texts alone are batches of like length, and where an order by chance is asked for, it is mostly instead of that.
  const ofRun = sampling === 'length' || sampling === 'shuffled' ? [ofImages, []] : [ofImages];
  const train = data.train ?? ofRun.find((transforms) => isDeepStrictEqual(transforms, run.data?.train));
  const kept = cache?.views ?? Object.values(views).find((number) => number === run.cache?.views);
  return {
    ...recipe,
    data: {
      ...data,
      ...(train === undefined ? {} : { train }),
      ...(sampling === undefined ? {} : { sampling }),
    },
    ...(cache && kept !== undefined && { cache: { ...cache, views: kept } }),
  };
}
