/** How samples are shown where a recipe does not say it: by what they are. */
import { type Dataset, fieldsOf, imagesOfDatasets, textDatasets } from '../data/index.ts';
import type { Recipe } from './schema.ts';

type Transforms = NonNullable<Recipe['data']['train']>;

/** A recipe that says how samples are shown. */
type Shown = { readonly data: { readonly train: Transforms } };

/** Of images, as the CRD benchmark changes those of CIFAR. */
const ofImages: Transforms = [{ name: 'crop-flip', padding: 4, flip: true }];

/** The same recipe with nothing of it left open. Texts stay as they are, in batches of those that are alike long. */
function shownAs<Asked extends Recipe>(kind: 'images' | 'texts', recipe: Asked): Asked & Shown {
  const { data } = recipe;
  const areTexts = kind === 'texts';
  const { train = areTexts ? [] : ofImages, sampling = areTexts ? 'length' : undefined } = data;
  return { ...recipe, data: { ...data, train, ...(sampling === undefined ? {} : { sampling }) } };
}

/** The same recipe, with what is said of its images or its texts where its data is known by its name to be of them. */
export function shownByName(recipe: Recipe): Recipe {
  const { name } = recipe.data;
  if (textDatasets.includes(name)) return shownAs('texts', recipe);
  return Object.hasOwn(imagesOfDatasets, name) ? shownAs('images', recipe) : recipe;
}

/** The same recipe with nothing of it left open, for data that was found. */
export const shownFor = <Asked extends Recipe>(
  recipe: Asked,
  { fields }: Pick<Dataset, 'fields'>,
): Asked & Shown => shownAs(fieldsOf(fields, 'text').length > 0 ? 'texts' : 'images', recipe);

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** A recipe with what it leaves open as a run of it had it, where that is what data chooses. @param had  the run's settings */
export function shownAsIn(recipe: Recipe, had: Readonly<Record<string, unknown>>): Recipe {
  const said = Object(had.data);
  const [ofRun] = (['images', 'texts'] as const)
    .map((kind) => shownAs(kind, recipe))
    .filter(({ data }) => isSame(data.train, said.train) && isSame(data.sampling, said.sampling));
  return ofRun ?? recipe;
}
