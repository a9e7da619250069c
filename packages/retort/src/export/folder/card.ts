/** `README.md` of a model folder: the model card, with the front matter that the hub reads. */
import { stringify } from 'yaml';
import { isShare, scoreName } from '../../metrics/score-names.ts';
import { exportedWeights, models } from '../../models/index.ts';
import { count } from '../../words/numbers.ts';
import { sameWay } from '../onnx/index.ts';
import type { AnyFolderOptions, ExportedFolder } from './exported.ts';
import type { Described, Kind } from './kind.ts';
import { placeless } from './places.ts';

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** Fenced by more backticks than are in it. */
function code(language: string, text: string): string {
  const within = (text.match(/`+/g) ?? []).map((ticks) => ticks.length);
  const fence = '`'.repeat(Math.max(3, 1 + Math.max(0, ...within)));
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

type Written = Omit<ExportedFolder, 'folder'>;

/** What the hub calls metrics, by our names of scores. */
const hubMetrics: Readonly<Record<string, string>> = {
  top1: 'accuracy',
  f1: 'f1',
  macroF1: 'f1',
  microF1: 'f1',
  matthews: 'matthews_correlation',
  pearson: 'pearsonr',
  spearman: 'spearmanr',
  AP: 'mean_average_precision',
  mse: 'mse',
  mae: 'mae',
};

/** A score with its unit. @example shownScore('top1', 0.5) // '50.00 %' */
export const shownScore = (name: string, value: number): string =>
  isShare(name) ? percent(value) : value.toPrecision(4);

function frontMatter(
  { name }: Described,
  { score, headline }: Written,
  { facts = {}, data }: AnyFolderOptions,
  { pipeline, runsBy, sample, says }: Kind,
): string {
  const { licences = {} } = facts;
  const metric = headline?.metric ?? 'top1';
  const ofRun = { value: facts.scores?.[metric], on: facts.data };
  // Of fewer images fewer are near: what the run found among all of them is its score.
  const isOfRun = score === null || (says === 'vector' && ofRun.value !== undefined);
  const size = says === 'vector' ? `, ${count(data?.size ?? 0)} ${sample}s` : '';
  const { value, on } = isOfRun ? ofRun : { value: score, on: data && `${data.name}${size}` };
  const type = hubMetrics[metric] ?? metric;
  return `---\n${stringify({
    ...(licences.student === undefined ? {} : { license: licences.student }),
    library_name: runsBy === 'transformers.js' ? runsBy : 'onnx',
    pipeline_tag: pipeline,
    tags: [
      'retort',
      ...(facts.teacher === undefined ? [] : ['knowledge-distillation']),
      ...[pipeline, 'onnx', ...(runsBy === 'transformers.js' ? [runsBy] : [])],
    ],
    ...(value === undefined || on === undefined
      ? {}
      : {
          metrics: [type],
          'model-index': [
            {
              name,
              results: [
                {
                  task: { type: pipeline },
                  dataset: { name: on, type: on },
                  metrics: [{ type, value: Number(value.toFixed(4)) }],
                },
              ],
            },
          ],
        }),
  })}---`;
}

/** How it came to be. */
function origin({ name }: Described, { facts = {}, metadata = {} }: AnyFolderOptions): string {
  const { teacher, methods = [], data } = facts;
  const isOfRun = methods.length > 0 || teacher !== undefined;
  const how =
    teacher === undefined
      ? `\`${name}\`${isOfRun ? ', trained' : ''}${data === undefined ? '' : ` on ${data}`}`
      : `\`${name}\`, trained to match \`${teacher}\`${data === undefined ? '' : ` on ${data}`}`;
  const by = methods.map(({ name, source }) => `* \`${name}\`: ${source}`);
  const { recipe } = metadata;
  const elsewhere =
    recipe === undefined
      ? 'which did not train it'
      : `as it was trained there by the recipe \`${recipe}\`; what its run knew was not with its weights`;
  return [
    isOfRun ? `${how} with Retort.` : `${how}, put into this form by Retort, ${elsewhere}.`,
    ...(by.length > 0 ? [`By\n\n${by.join('\n')}`] : []),
  ].join('\n\n');
}

/** What is told of a graph beside the student. */
const sameAs: Readonly<Record<Kind['says'], string>> = {
  class: 'says the same class as the student',
  classes: 'says the same as the student',
  number: 'says the same as the student',
  vector: `points where the student does (seen from the mean of all, a cosine from ${sameWay} on)`,
  boxes: 'finds the same as the student',
};

/** In milliseconds. */
const milliseconds = (seconds: number): string => `${(1000 * seconds).toPrecision(3)} ms`;

function formsOf(
  { forms, parameters, measuredOn, headline }: Written,
  { sample, timed, says }: Kind,
): string {
  const isJudged = headline !== null && forms.some(({ score }) => score !== null);
  const metric = headline?.metric ?? '';
  return tableOf(
    [
      'file',
      'precision',
      'size',
      sameAs[says],
      ...(isJudged ? [scoreName(metric)] : []),
      ...(measuredOn === null ? [] : [`${sample === 'image' ? 'an' : 'a'} ${sample} takes`]),
    ],
    [
      ...forms.map(({ file, precision, bytes, agreement, found, images, score, latency }) => [
        `\`${file}\``,
        precision,
        megabytes(bytes),
        agreement === null
          ? 'not checked'
          : `${percent(agreement)} of ${found === null ? '' : `${found} objects in `}${images} ${sample}s`,
        ...(isJudged ? [score === null ? '' : shownScore(metric, score)] : []),
        ...(measuredOn === null
          ? []
          : [
              latency === null
                ? ''
                : `${milliseconds(latency.p50)} (95 of 100: ${milliseconds(latency.p95)})`,
            ]),
      ]),
    ],
  ).concat(
    `\n\n${parameters.toLocaleString('en-US')} parameters.`,
    measuredOn === null ? '' : ` How long one ${timed} takes was measured on ${measuredOn}, at the median.`,
  );
}

function scoresOf(
  { score, headline }: Written,
  { facts = {}, data }: AnyFolderOptions,
  { sample, says }: Kind,
): string {
  const { scores = {}, teacherScores } = facts;
  const names = [...new Set([...Object.keys(scores), ...Object.keys(teacherScores ?? {})])];
  const shown = (value: number | undefined, name: string): string =>
    value === undefined ? '' : shownScore(name, value);
  const own =
    score === null || !data || !headline
      ? []
      : [
          `On ${data.size.toLocaleString('en-US')} ${sample}s of ${data.name}, judged at the export: ${scoreName(headline.metric)} ${shownScore(headline.metric, score)}${says === 'vector' ? `, looked for among these alone: among more ${sample}s the score is higher` : ''}.`,
        ];
  const ofRun =
    names.length === 0
      ? []
      : [
          tableOf(
            ['on the test split', 'student', ...(teacherScores ? ['teacher'] : [])],
            names.map((name) => [
              name,
              shown(scores[name], name),
              ...(teacherScores ? [shown(teacherScores[name], name)] : []),
            ]),
          ),
        ];
  const all = [...ofRun, ...own];
  return all.length > 0 ? all.join('\n\n') : 'Nobody judged it.';
}

function licencesOf({ facts = {} }: AnyFolderOptions): string {
  const { licences = {}, teacher, data } = facts;
  const said = (what: string, licence: string | undefined): string =>
    `* ${what}: ${licence ?? '**not stated**; ask whoever made it before you pass this on'}`;
  return [
    said('this student', licences.student),
    ...(teacher === undefined && licences.teacher === undefined
      ? []
      : [said(teacher === undefined ? 'its teacher' : `its teacher, \`${teacher}\``, licences.teacher)]),
    ...(data === undefined && licences.data === undefined
      ? []
      : [said(data === undefined ? 'its data' : `its data, ${data}`, licences.data)]),
  ].join('\n');
}

/** How Retort reads weights again: those of a network that has a name there. */
const byName = (name: string): string =>
  Object.hasOwn(models, name)
    ? `: \`npx retort eval --weights student --data ...\` judges them, and \`loadModel('student', …)\` of Retort loads them`
    : ', by the keys of the network that they were trained in, which is not in this folder';

/** @returns README.md, without places of this machine */
export function cardOf(
  described: Described,
  written: Written,
  options: AnyFolderOptions,
  kind: Kind,
): string {
  return placeless(whole(described, written, options, kind));
}

function whole(described: Described, written: Written, options: AnyFolderOptions, kind: Kind): string {
  const { name, absent } = described;
  const { facts = {} } = options;
  const ofRetort =
    absent === null
      ? []
      : [
          `Python's transformers does not load it, and says so: ${absent}. Its weights are in \`${exportedWeights}\`${byName(name)}. Its graph runs by onnxruntime.`,
        ];
  const [javascript, python] = [kind.javascript(described), kind.python(described)];
  return `${[
    frontMatter(described, written, options, kind),
    `# ${name}`,
    origin(described, options),
    '## How it is used',
    `\`student\` below is this folder, wherever it is. In JavaScript, in Node and in the browser (\`npm install ${javascript.needs}\`):`,
    code('js', javascript.code),
    ...ofRetort,
    `In Python (\`pip install ${python.needs}\`):`,
    code('python', python.code),
    '## Files',
    formsOf(written, kind),
    kind.ports(described),
    '## Scores',
    scoresOf(written, options, kind),
    '## Limits',
    written.remarks.map((remark) => `* ${remark}`).join('\n') || 'None are known.',
    '## Licences',
    licencesOf(options),
    ...(facts.recipe === undefined
      ? []
      : [
          `## Recipe`,
          `\`npx retort distill recipe.yaml\` makes it again, with the same data and teacher:`,
          code('yaml', facts.recipe),
        ]),
  ].join('\n\n')}\n`;
}
