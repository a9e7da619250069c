/** How the student of texts goes out. */
import { few } from '../../data/few.ts';
import {
  classNames,
  type Dataset,
  fetchColumns,
  type Splits,
  type TextRendering,
  textFields,
} from '../../data/index.ts';
import type { CardFacts } from '../../export/index.ts';
import { isTextClassifier } from '../../models/index.ts';
import { shellWord } from '../../words/shell-word.ts';
import type { Going } from './out.ts';

/** On so many each form is judged, and so many tokens have the texts of which it is said how long one takes. */
const judged = 500;
const length = 32;

/** A text of middling length, of those that it was judged on; of a pair both. */
async function exampleOf(test: Dataset): Promise<string> {
  using fetched = await fetchColumns(test, Int32Array.of(Math.floor(test.size / 2)));
  const texts = textFields(test).flatMap((field) => fetched.columns[field] as readonly string[]);
  return [...texts.map(shellWord), ...(texts.length > 1 ? ['--pairs'] : [])].join(' ');
}

/** @param facts  what is told of it besides */
export function textsGoing(
  { train, test }: Pick<Splits, 'train' | 'test'>,
  rendering: TextRendering,
  facts: CardFacts,
): Going {
  const labels = classNames(test);
  return {
    options: {
      name: 'quickstart-student',
      classes: labels?.length ?? 0,
      labels,
      rendering,
      calibration: train,
      data: few(test, judged),
      facts,
    },
    measurable: (name, model) => {
      if (!isTextClassifier(model)) throw new TypeError(`${name} takes no texts`);
      return { name, model, texts: { length: Math.min(length, model.takes.positions) } };
    },
    sample: `a text of ${length} tokens`,
    predicted: async (folder) => `${folder} ${await exampleOf(test)}`,
  };
}
