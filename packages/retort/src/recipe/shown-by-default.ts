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

/** Of images with boxes, as torchvision trains its detectors; how large they are seen is the rendering's, `shortest: 800` and `longest: 1333`. */
const ofBoxes: Transforms = [{ name: 'flip', p: 0.5 }];

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

/** How samples are shown by what they are. */
function byDefault({
  fields,
  shapes,
}: Pick<Dataset, 'fields' | 'shapes'>): Pick<Recipe['data'], 'sampling'> & { readonly train: Transforms } {
  if (fieldsOf(fields, 'text').length > 0) return { train: [], sampling: 'length' };
  if (fieldsOf(fields, 'boxes').length > 0)
    return { train: ofBoxes, ...(shapes && { sampling: 'shape' as const }) };
  return { train: ofImages };
}

/** The same recipe with nothing of it left open, for data that was found. Texts stay as they are, in batches of those that are alike long; images with boxes are mirrored, in batches of those of like shape. */
export function shownFor<Asked extends Recipe>(
  recipe: Asked,
  { fields, shapes }: Pick<Dataset, 'fields' | 'shapes'>,
): Asked & Shown {
  const { data } = recipe;
  const areTexts = fieldsOf(fields, 'text').length > 0;
  const found = byDefault({ fields, shapes });
  const { train = found.train, sampling = found.sampling } = data;
  return {
    ...withViews(recipe, areTexts ? 'texts' : 'images'),
    data: { ...data, train, ...(sampling === undefined ? {} : { sampling }) },
  } as Asked & Shown;
}

/** The same recipe, with what it leaves open as a run has it, where that is how images or texts are shown then. @param run  its settings */
export function shownAs(recipe: Recipe, run: Partial<Recipe>): Recipe {
  const { data, cache } = recipe;
  const shown = run.data?.sampling;
  const sampling = data.sampling ?? (shown === 'length' || shown === 'shape' ? shown : undefined);
  // Of texts alone are batches of like length, and where an order by chance is asked for, it is mostly instead of that; of like shape they are of images with boxes.
  const ofRun =
    sampling === 'length' || sampling === 'shuffled' ? [ofImages, [], ofBoxes] : [ofImages, ofBoxes];
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
