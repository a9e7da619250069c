/** The story of texts: sentences of film reviews or a table of one's own, and MiniLM of 6 and of 3 layers. */
import {
  checkLearnable,
  classNames,
  DataError,
  type Dataset,
  defaultMaxLength,
  fullTextRendering,
  permutation,
  placeOfData,
  type Splits,
  subset,
  textFields,
  texts,
  vaderMovies,
} from '../../data/index.ts';
import { loadModel } from '../../models/index.ts';
import { type MiniLM, miniLM } from '../../models/minilm/pair.ts';
import type { RecipeStage } from '../../recipe/index.ts';
import { resolvedStage } from '../../recipe/stage.ts';
import { openTokenizer } from '../../tokenizers/index.ts';
import type { Progress } from '../progress.ts';
import { count } from '../table.ts';
import type { Maker, Matter, Sizes, Story } from './story.ts';
import { textsGoing } from './texts-out.ts';

/** What two cores read in under five minutes, with all that is done with it: to learn from, and to be judged on. */
const most = { train: { texts: 8000, words: 200_000 }, test: { texts: 2500, words: 60_000 } };
/** Who is told how far it is, and in lines where the texts are from. */
type Told = Pick<Progress, 'show' | 'line'>;

/** Fewer texts are no story. */
const least = 40;
const batchSize = 32;
/** Of both students. */
const lr = 1e-4;

/** The special tokens of a text are read too. */
const special = 2;

/** Words that are read of each text. */
const readOf = ({ lengths = new Int32Array() }: Dataset): readonly number[] =>
  Array.from(lengths, (length) => Math.min(length + special, defaultMaxLength));

/** Texts drawn by chance, so many and of so many words at most, the longest first: where neighbours are alike long, little of a batch is padding. */
function within(
  data: Dataset,
  { texts, words }: { readonly texts: number; readonly words: number },
): Dataset {
  const read = readOf(data);
  const drawn = permutation(data.size, { seed: 0, epoch: 1, purpose: 'subset' }).subarray(0, texts);
  let sum = 0;
  const end = drawn.findIndex((id) => {
    sum += read[id] ?? 0;
    return sum > words;
  });
  const taken = end < 0 ? drawn : drawn.subarray(0, end);
  return subset(
    data,
    taken.toSorted((a, b) => (read[b] ?? 0) - (read[a] ?? 0)),
  );
}

/**
 * So many texts, shared out: three eighths are the teacher's, and of the others up to 200 have labels, a tenth at most but 8.
 *
 * @example sizesOf(8000) // { teacher: 3000, student: 5000, labelled: 200 }
 */
export function sizesOf(texts: number): Sizes {
  const teacher = Math.round((3 / 8) * texts);
  const student = texts - teacher;
  return { teacher, student, labelled: Math.min(200, Math.max(8, Math.round(student / 10))) };
}

/** How often texts are seen: of few words more often, so that as much is learned. */
function passesOf(data: Dataset): number {
  const read = readOf(data).reduce((sum, words) => sum + words, 0);
  return Math.min(10, Math.max(2, Math.round((2 * most.train.words) / read)));
}

/** What is told of. */
const limited = ({ train, test, source }: Splits): Splits => ({
  train: within(train, most.train),
  test: within(test, most.test),
  source,
});

export const filmReviewsName = 'vader-movies';

/** Sentences of film reviews. */
async function filmReviews(progress: Told): Promise<Splits> {
  const data = await vaderMovies((what, done, total) => progress.show({ what, done, total }));
  progress.line(`Sentences of film reviews, positive or negative, from ${data.source}`);
  return limited(data);
}

/** A table of one's own. @throws DataError where it does not say of each text of which class it is, and where it has too few */
async function ownTexts(named: string, progress: Told): Promise<Splits> {
  const place = placeOfData(named);
  const data = await texts(
    place,
    {},
    (what, done, total) => progress.show({ what, done, total }),
    (line) => progress.line(line),
  );
  progress.line(`Texts from ${data.source}`);
  checkLearnable(data);
  const { train, test } = data;
  if (classNames(train) === null)
    throw new DataError(
      `${place}: the quickstart learns of which class a text is, one of several, and its fields are ${Object.entries(
        train.fields,
      )
        .map(([name, { kind }]) => `${name} (${kind})`)
        .join(', ')}: give it a column 'label' of classes`,
    );
  if (train.size < least)
    throw new DataError(
      `${place} has ${train.size} texts to learn from, and the quickstart needs ${least} at least`,
    );
  const taken = limited(data);
  if (taken.train.size < train.size || taken.test.size < test.size)
    progress.line(
      `Of ${count(train.size)} texts ${count(taken.train.size)} are learned from, and of ${count(test.size)} ${count(taken.test.size)} are judged on, drawn by chance: so that it takes under five minutes`,
    );
  return taken;
}

/** As BERT is fine-tuned: AdamW, the rate down to 0 along a line, the gradients' norm brought down to 1. */
const stage = (method: object, epochs: number, lr: number): RecipeStage =>
  resolvedStage({
    ...{ epochs, methods: [method], clipNorm: 1 },
    ...{ optimizer: { name: 'adamw', lr, weightDecay: 0 }, schedule: { name: 'linear' } },
  });
const crossEntropy = { name: 'cross-entropy' };

/** @param named  a table; film reviews where it is left out */
export async function textsOf(named: string | undefined, progress: Told): Promise<Matter> {
  const data = await (named === undefined ? filmReviews(progress) : ownTexts(named, progress));
  return { data, sizes: sizesOf(data.train.size), asked: (ids) => ids.toSorted() };
}

export interface TextStoryOptions {
  /** A table of labelled texts; film reviews where it is left out. */
  readonly data?: string | undefined;
  /** Model folders of one tokenizer; MiniLM of 6 and of 3 layers where they are left out. */
  readonly pair?: MiniLM | undefined;
}

/**
 * Where its texts and networks are from is said.
 *
 * @throws DataError for a table of other things than labelled texts; SetupError where the networks cannot be fetched
 */
export async function textStory({ data: named, pair }: TextStoryOptions, progress: Progress): Promise<Story> {
  const matter = await textsOf(named, progress);
  const { data, sizes } = matter;
  const { l6, l3 } = pair ?? (await miniLM(undefined, (line) => progress.line(line)));
  const labels = classNames(data.train) ?? [];
  const passes = passesOf(data.train);
  const tokenizer = openTokenizer(l6);
  const rendering = fullTextRendering(data.train.name, { tokenizer });
  const called = named === undefined ? filmReviewsName : placeOfData(named);
  const metadata = {
    ...{ task: 'classification', data: called, classes: String(labels.length) },
    ...{ labels: JSON.stringify(labels), input: JSON.stringify(rendering) },
    texts: String(textFields(data.train).length),
  };
  const beginning = (folder: string): Maker => ({
    async make() {
      const loaded = await loadModel(folder, { classes: labels.length }, { newHead: true });
      return { model: loaded.model, metadata: { ...metadata, ...loaded.metadata, model: loaded.name } };
    },
    written: { weights: folder, newHead: true },
  });
  return {
    folder: 'quickstart-text',
    said: { program: 'npx retort quickstart --text', data: called, beside: tokenizer.files() },
    ...matter,
    samples: 'texts',
    teacher: { ...beginning(l6), stage: stage(crossEntropy, passes, 5e-5), batchSize },
    student: {
      ...beginning(l3),
      // As many texts in all as the distilled one sees.
      alone: {
        stage: stage(crossEntropy, Math.round((passes * sizes.student) / sizes.labelled), lr),
        batchSize,
      },
      // The teacher's word only: most of these texts have no label.
      distilled: { stage: stage({ name: 'kd', temperature: 2, alpha: 1, gamma: 0 }, passes, lr), batchSize },
    },
    shown: { sampling: { by: 'length' }, renderings: { student: rendering, teacher: rendering } },
    cache: { views: 1 },
    going: textsGoing(data, rendering, {
      teacher: 'all-MiniLM-L6-v2, fine-tuned',
      data: named ?? 'vader-movies',
      licences: { teacher: 'apache-2.0', ...(named === undefined && { data: 'mit' }) },
    }),
  };
}
