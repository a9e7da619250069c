/** What the table of a sweep may say: the one place. */
import { z } from 'zod';

const name = z
  .string()
  .max(100)
  .regex(/^[\w+=][\w.+=-]*$/, {
    error:
      "names a folder: it must be of letters without accents, digits and . _ + = -, and begin with none of '.' and '-'",
  });

const recipe = z.string().min(1);

const overrides = z
  .array(z.string().min(1))
  .describe(
    'What is to be otherwise than in the recipes, each as `retort distill recipe.yaml KEY=VALUE` takes it, e.g. `stages.0.epochs=5`; files in them are as seen from where the command is run',
  );

const seeds = z
  .union([z.number().int().min(1).max(10_000), z.array(z.number().int().min(0)).min(1)])
  .describe(
    "How many runs a cell has, with the seeds from its recipe's on, as `--seeds` has them, or a list of the seeds; 1 where it is left out",
  );

const cell = z.strictObject({
  name: name
    .optional()
    .describe("The cell's folder; made of the recipe's name and the overrides where it is left out"),
  recipe: recipe
    .optional()
    .describe('Its recipe, in place of `recipes`; relative to the folder of the table'),
  overrides: overrides.optional(),
  seeds: seeds.optional(),
});

/** A table as a file has it. */
export const tableSchema = z
  .strictObject({
    name: name.optional().describe('The folder under runs; the name of the file where it is left out'),
    recipes: z
      .union([recipe, z.array(recipe).min(1)])
      .optional()
      .describe('A recipe, or several, each of which has all cells; relative to the folder of the table'),
    overrides: overrides.optional(),
    grid: z
      .record(
        z.string().min(1),
        z.union([
          z.array(z.unknown()).min(1),
          z
            .record(name, z.unknown())
            .refine((values) => Object.keys(values).length > 0, { error: 'must have at least one value' }),
        ]),
      )
      .optional()
      .describe(
        'Keys of the recipes, each with a list of values, or a map of names for folders to values: a cell for each combination, e.g. `stages.0.optimizer.lr: [0.05, 0.1]`',
      ),
    cells: z
      .array(cell)
      .min(1)
      .optional()
      .describe('A list of cells, each of which has all values of `grid`'),
    seeds: seeds.optional(),
  })
  .describe('Recipes, what is to be otherwise in them, and seeds: `retort sweep` runs all of it');

/** A table, checked. */
export type Table = z.output<typeof tableSchema>;

/** The JSON Schema of a table, for editors: `# yaml-language-server: $schema=…`. */
export function sweepJsonSchema(): object {
  return {
    title: 'A table of runs for retort sweep',
    ...z.toJSONSchema(tableSchema, { io: 'input', target: 'draft-2020-12' }),
  };
}
