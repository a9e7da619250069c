/** A recipe as a file has it. */
import { stringify } from 'yaml';
import { leftOut } from './left-out.ts';
import type { Recipe } from './schema.ts';

const comments = (lines: readonly string[]): string => lines.map((line) => `# ${line}\n`).join('');

/**
 * The text of a recipe.
 *
 * @param remarks  comments before it, a line each
 * @example await fs.writeFile('kd.yaml', recipeText(recipe, ['as on 1 March']))
 */
export const recipeText = (recipe: Recipe, remarks: readonly string[] = []): string =>
  `${comments(remarks)}${stringify(recipe)}`;

/** The same, and in comments the keys that it leaves out. */
export function recipeTextWithKeys(recipe: Recipe, remarks: readonly string[] = []): string {
  const keys = leftOut(recipe).map(({ path, description, keys }) => {
    const inner = keys.length > 0 ? `{ ${keys.join(', ')} }: ` : '';
    return `  ${path}: ${inner}${description}`;
  });
  const more = keys.length > 0 ? `\n${comments(['Keys that are left out, and may be set:', ...keys])}` : '';
  return `${recipeText(recipe, remarks)}${more}`;
}
