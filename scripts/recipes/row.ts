/** A generated recipe: the row of a table, and how it is written. */
import path from 'node:path';

export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

/** What a recipe file of a row says; all else is in what it extends. */
export interface RowRecipe {
  readonly extends: string;
  /** Runs are known by it: no other recipe has it. */
  readonly name: string;
  readonly data?: Value;
  readonly teacher?: Value;
  readonly metrics?: readonly string[];
  readonly student: Value;
  readonly batchSize?: number;
  readonly everyStage?: Value;
  readonly stages: readonly { readonly [key: string]: Value }[];
  readonly published: {
    readonly table: string;
    readonly row: string;
    readonly column: string;
    readonly score?: number;
    readonly metric?: string;
    readonly epoch?: 'best';
    readonly source: string;
  };
}

export interface Row {
  /** Below `recipes/`: FAMILY/FOLDER/FILE.yaml. */
  readonly file: string;
  /** What is to be known of this row, a line or several. */
  readonly comment?: string | undefined;
  readonly recipe: RowRecipe;
}

/** A share of the paper's number where it is known. */
export const scoreOf = (score: number | null | undefined): { score?: number } =>
  score === null || score === undefined ? {} : { score };

function flow(value: Value): string {
  if (typeof value === 'string')
    return /^[A-Za-z.][^:#,{}[\]]*$|^[\w./:-]+$/.test(value) ? value : JSON.stringify(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  return `{ ${Object.entries(value)
    .map(([key, item]) => `${key}: ${flow(item)}`)
    .join(', ')} }`;
}

const lines = (object: object): string[] =>
  Object.entries(object).map(([key, value]) => `${key}: ${flow(value)}`);

/** The file's text. @example fs.writeFileSync(file, written(row)) */
export function written({ file, comment, recipe }: Row): string {
  const { stages, published, ...rest } = recipe;
  const schema = path.posix.relative(path.posix.dirname(file), 'recipe.schema.json');
  return [
    `# yaml-language-server: $schema=${schema}`,
    '# Written by `npm run recipes`, from scripts/recipes.',
    ...(comment?.split('\n') ?? []).map((line) => `# ${line}`),
    ...lines(rest),
    'stages:',
    ...stages.flatMap((stage) => lines(stage).map((line, i) => `${i ? '    ' : '  - '}${line}`)),
    'published:',
    ...lines(published).map((line) => `  ${line}`),
    '',
  ].join('\n');
}
