/** The JSON files of a model folder. */
import type { z } from 'zod';
import { readText } from '../../system/text-file.ts';
import { problemsOf } from '../../words/problems.ts';
import { HuggingFaceError } from './errors.ts';

/** Far more than one has: names of 21,000 classes take 2 MB. */
const mostBytes = 64 << 20;

/** @throws HuggingFaceError for what cannot be read, or is no JSON object */
export function readObject(file: string): Readonly<Record<string, unknown>> {
  const read = readText(file, mostBytes);
  if ('wrong' in read) throw new HuggingFaceError(`${file} cannot be read: ${read.wrong}`);
  let value: unknown;
  try {
    value = JSON.parse(read.text);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new HuggingFaceError(`${file} is not JSON: ${said}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new HuggingFaceError(`${file} must be a JSON object`);
  return { ...value };
}

/**
 * A value by its schema.
 *
 * @param from  where it is from, for messages
 * @throws HuggingFaceError with a sentence for each key that is wrong
 */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  from: string,
): z.output<Schema> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const problems = problemsOf(error.issues, schema, value).map(
    ({ at, sentence }) => `${at.join('.')} ${sentence}`,
  );
  throw new HuggingFaceError(`${from}: ${problems.join('; ')}`);
}
