/** How much each class counts in a loss. */
import { z } from 'zod';
import { classCounts, classNames, DataError, type Dataset } from '../data/index.ts';
import { listed } from '../words/listed.ts';
import { unknown } from '../words/unknown.ts';

const weight = z.number().min(0);

/** What a recipe can say of them. */
export const classWeightsOption = z
  .union([z.literal('balanced'), z.array(weight).min(1), z.record(z.string(), weight)])
  .describe(
    'How much each class counts: a list, by the names of classes (others count 1), or `balanced`, samples / (classes · samples of the class), as scikit-learn',
  );

export type ClassWeights = z.output<typeof classWeightsOption>;

function balanced(data: Dataset, classes: readonly string[]): number[] {
  const counts = classCounts(data);
  if (!counts)
    throw new DataError(
      `classWeights: ${data.name} does not give the classes of all samples at once, so that they cannot be balanced: give a weight for each class`,
    );
  const empty = classes.filter((_, i) => counts[i] === 0).map((name) => `'${name}'`);
  if (empty.length)
    throw new DataError(
      `classWeights: ${data.name} has no samples of ${listed(empty)}, so that there is no balanced weight: give weights by the names of classes`,
    );
  return counts.map((count) => data.size / (classes.length * count));
}

/**
 * A weight for each class of the data.
 *
 * @throws DataError for classes that are not there, too many or too few weights, and where nothing would count
 * @example weightsOf('balanced', train) // [0.5, 5] for 1000 and 100 samples
 */
export function weightsOf(given: ClassWeights, data: Dataset): readonly number[] {
  const classes = classNames(data);
  if (!classes) throw new DataError(`classWeights: ${data.name} has no classes to weigh`);
  if (given === 'balanced') return balanced(data, classes);
  const weights = Array.isArray(given) ? given : byName(given, data, classes);
  if (weights.length !== classes.length)
    throw new DataError(
      `classWeights: there are ${weights.length} weights, and ${data.name} has ${classes.length} classes`,
    );
  if (weights.every((one) => one === 0))
    throw new DataError('classWeights: all are 0, so that nothing would be learned of any class');
  return weights;
}

function byName(
  given: Readonly<Record<string, number>>,
  { name: of }: Dataset,
  classes: readonly string[],
): number[] {
  for (const name of Object.keys(given))
    if (!classes.includes(name))
      throw new DataError(`classWeights: ${unknown(`class of ${of}`, name, classes)}`);
  return classes.map((name) => (Object.hasOwn(given, name) ? (given[name] ?? 1) : 1));
}
