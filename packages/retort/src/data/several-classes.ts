/** Classes that a probe tells apart. */
import { listed } from '../words/listed.ts';
import { classNames, DataError, type Dataset } from './dataset.ts';

/** The names of several classes. @throws DataError of data that has none, or one */
export function severalClasses(data: Dataset): readonly string[] {
  const classes = classNames(data) ?? [];
  if (classes.length > 1) return classes;
  throw new DataError(
    `${data.name} has ${classes.length === 0 ? 'no classes' : `one class, ${listed(classes)}`}, and a probe tells several apart: name data with more`,
  );
}
