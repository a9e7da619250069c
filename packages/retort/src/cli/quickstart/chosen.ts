/** The samples of a run of the quickstart, chosen as they were when it learned. */
import type { Report } from '../../data/index.ts';
import type { ChosenSamples } from '../../diagnose/program.ts';
import type { Recipe } from '../../recipe/index.ts';
import { images, data as imagesName } from './images.ts';
import { sharesOf } from './samples.ts';
import type { Matter } from './story.ts';
import { filmReviewsName, textsOf } from './texts.ts';

function matterOf(name: string, report: Report): Promise<Matter> {
  if (name === imagesName) return images(report);
  const progress = {
    show: ({ what, done, total }: { what: string; done: number; total: number }) => report(what, done, total),
    line: () => {},
  };
  return textsOf(name === filmReviewsName ? undefined : name, progress);
}

/**
 * @param recipe  of the run: its name, its seed and its data tell which
 * @throws DataError where the data is not there any more
 */
export async function chosenSamples(
  { name, seed, data }: Pick<Recipe, 'name' | 'seed' | 'data'>,
  report: Report,
): Promise<ChosenSamples> {
  const matter = await matterOf(data.name, report);
  const { teacher, pool, labelled } = sharesOf(matter);
  const who = name?.replace(/^quickstart-/, '');
  const learned = who === 'teacher' ? teacher : who === 'alone' ? labelled(seed) : pool;
  return { whole: matter.data, learned };
}
