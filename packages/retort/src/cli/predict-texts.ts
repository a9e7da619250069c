/** `retort predict` for networks of texts. */
import { type Dataset, TensorDataset, textsOfDatasets } from '../data/index.ts';
import type { AskOptions } from '../evaluate/index.ts';
import type { LoadedForTexts } from '../recipe/index.ts';
import { cut } from '../words/shown.ts';
import { handIn } from './glue-submission.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { UsageError } from './load.ts';
import { namesOfClasses } from './names-of-classes.ts';
import { say } from './output.ts';
import type { Progress } from './progress.ts';
import { percent, table } from './table.ts';
import { type Answer, answersOf, taskOf } from './text-answers.ts';
import { type Texts, textsGiven, textsIn } from './texts-given.ts';

export interface TextFlags {
  readonly top: number;
  readonly classes?: string;
  readonly dataOptions?: string;
  readonly json?: boolean;
  readonly pairs?: boolean;
  /** `-` for standard input. */
  readonly file?: string;
  /** A task. */
  readonly glue?: string;
  readonly out?: string;
  /** Of objects that are found: the least score. */
  readonly threshold?: number;
}

/** @throws UsageError where nothing is given that something could be said of */
export function refuseNothing(samples: readonly string[], { file, glue }: TextFlags): void {
  const ways = [
    ...(samples.length > 0 ? ['as arguments'] : []),
    ...(file === undefined ? [] : ['by --file']),
    ...(glue === undefined ? [] : ['by --glue']),
  ];
  if (ways.length === 0)
    throw new UsageError(
      'there is nothing to be predicted: name images, or give texts as arguments, in a file (--file FILE) or as a test split of GLUE (--glue glue-rte)',
    );
  if (ways.length > 1) throw new UsageError(`texts are given ${ways.join(' and ')}: in one way only`);
}

/** @throws UsageError for one text where the network knows two, as far as its data is known */
function refuseOtherCount(named: string, { metadata }: LoadedForTexts, given: 1 | 2): void {
  const { data = 'data', texts } = metadata;
  const known = Object.hasOwn(textsOfDatasets, data) ? textsOfDatasets[data] : undefined;
  const wanted = texts === undefined ? known : Number(texts);
  if (wanted === undefined || wanted === given) return;
  throw new UsageError(
    wanted === 2
      ? `${named} was trained on ${data}, whose samples have two texts: give them two by two, with --pairs`
      : `${named} was trained on ${data}, whose samples have one text: leave out --pairs`,
  );
}

const dataOf = ({ texts, pairs }: Texts): Dataset =>
  new TensorDataset(
    'what is given',
    { text: { kind: 'text' }, ...(pairs ? { pair: { kind: 'text' } } : {}) },
    { text: texts, ...(pairs ? { pair: pairs } : {}) },
  );

/** What of a text a table shows. */
const shownText = (text: string): string => cut(text, 60);

function print({ texts, pairs }: Texts, answers: readonly Answer[]): void {
  const rows = answers.flatMap((answer, i): string[][] => {
    const of = [shownText(texts[i] ?? ''), ...(pairs ? [shownText(pairs[i] ?? '')] : [])];
    if ('number' in answer) return [[...of, answer.number.toFixed(4)]];
    const [first, ...others] = answer.classes.map(({ name, probability }) => [name, percent(probability)]);
    return [[...of, ...(first ?? ['none', ''])], ...others.map((cells) => [...of.map(() => ''), ...cells])];
  });
  const isNumber = answers.some((answer) => 'number' in answer);
  const head = ['text', ...(pairs ? ['second text'] : []), ...(isNumber ? ['number'] : ['class', '%'])];
  say(table(head, rows));
}

/** What a network says of texts, printed, or written as GLUE takes it. @throws UsageError, DataError */
export async function predictTexts(
  network: LoadedForTexts,
  named: string,
  samples: readonly string[],
  flags: TextFlags,
  progress: Progress,
): Promise<void> {
  const { top, classes, dataOptions, file, glue, out, json, pairs = false, threshold } = flags;
  const warn = (line: string): void => progress.line(line);
  if (out !== undefined && glue === undefined)
    throw new UsageError('--out is the file of --glue: name its task, e.g. --glue glue-rte');
  if (threshold !== undefined)
    throw new UsageError(`${named} takes texts, and --threshold is of networks that find objects`);
  if (dataOptions !== undefined)
    throw new UsageError(`${named} takes texts, and --data-options is of images`);
  const task = taskOf(named, network);
  if (task === 'regression' && classes !== undefined)
    throw new UsageError(`${named} says a number of each text, and --classes names classes`);
  const names = classes === undefined ? network.labels : namesOfClasses(network, classes);
  const signal = stopOnInterrupt(warn);
  const asked: AskOptions = {
    ...{ rendering: network.rendering ?? undefined, signal, whose: network.name },
    onProgress: (done, total) => progress.show({ what: 'predicting', done, total, unit: 'texts' }),
  };
  if (glue !== undefined) {
    if (pairs) throw new UsageError('--glue says itself whether its texts are pairs: leave out --pairs');
    await handIn({ ...network, labels: names }, named, task, { glue, out, json }, { asked, warn });
    progress.clear();
    return;
  }
  const texts = file === undefined ? textsGiven(samples, pairs, warn) : await textsIn(file, pairs, warn);
  refuseOtherCount(named, network, texts.pairs ? 2 : 1);
  const answers = await answersOf(network, dataOf(texts), { task, top, names, asked });
  progress.clear();
  const record = (answer: Answer, i: number): object => ({
    text: texts.texts[i],
    ...(texts.pairs ? { pair: texts.pairs[i] } : {}),
    ...answer,
  });
  if (json) say(JSON.stringify({ network: network.name, task, texts: answers.map(record) }));
  else print(texts, answers);
}
