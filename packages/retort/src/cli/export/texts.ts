/** What `retort export` loads of a student of texts. */
import { type Dataset, fieldsOf, fullTextRendering, type Splits } from '../../data/index.ts';
import { type ExportTextFolderOptions, textTasks } from '../../export/folder/index.ts';
import {
  isTextClassifier,
  type LoadOptions,
  labelsSaid,
  metricsSaid,
  type TextClassifier,
  taskSaid,
  weightsMetadata,
} from '../../models/index.ts';
import {
  fitsOf,
  judgedOn,
  type LoadedForTexts,
  loadNetwork,
  specOf,
  taskOf,
  type WrittenNetwork,
} from '../../recipe/index.ts';
import { judgedBy, type Task } from '../../tasks/index.ts';
import { quoted } from '../../words/listed.ts';
import { loadTask, UsageError } from '../load.ts';
import type { ExportFlags } from './asked.ts';

/** A student of texts, and what it is judged on. */
export interface TextStudent
  extends Pick<ExportTextFolderOptions, 'name' | 'classes' | 'labels' | 'rendering' | 'metadata'> {
  readonly model: TextClassifier;
  readonly data: Dataset | null;
  readonly task: Task;
}

/** Whether samples are texts. */
export const areTexts = ({ test }: Splits): boolean => fieldsOf(test.fields, 'text').length > 0;

/** @throws UsageError for flags that are of images */
export function refuseImageFlags({ size, task, bakeNormalisation }: ExportFlags, name: string): void {
  if (task !== undefined) throw new UsageError(`--task is of images, and ${name} takes texts`);
  if (size !== undefined) throw new UsageError(`--size is of images, and ${name} takes texts`);
  if (bakeNormalisation) throw new UsageError(`--bake-normalisation is of images, and ${name} takes texts`);
}

/** @throws UsageError for a task whose students are no classifiers of transformers */
async function taskNamed(name: string, network: string): Promise<Task> {
  if (textTasks.includes(name)) return loadTask(name);
  throw new UsageError(
    `${network} was trained for the task ${name}, and a model folder of texts is of ${quoted(textTasks)}: exportOnnx writes its graph alone`,
  );
}

/** Loaded for the data that it is judged on. @throws UsageError for data without labels */
export async function judgedTexts(
  written: WrittenNetwork,
  splits: Splits,
  read: LoadOptions,
): Promise<TextStudent> {
  const { file, key } = specOf(written);
  const said = file === null ? {} : await weightsMetadata(file, key, read);
  const named = await taskNamed(said.task ?? taskOf(splits), file ?? 'the network');
  const metrics = metricsSaid(said);
  const task = metrics ? judgedBy(named, metrics) : named;
  const { data, assumed } = await judgedOn(task, splits.test, written, read);
  if (assumed !== null) read.onWarning?.(assumed);
  if (!task.headline(data))
    throw new UsageError(
      `${data.name} has no labels, so that nothing can be judged: name a split that has some`,
    );
  const fits = fitsOf(task, data);
  const { name, model, rendering, metadata } = await loadNetwork('student', written, fits, read);
  if (!isTextClassifier(model))
    throw new UsageError(
      `${name} does not say that it takes texts (\`takes\`), so that it cannot be exported`,
    );
  const own = taskSaid(metadata) ?? task.name;
  if (own !== task.name)
    throw new UsageError(
      `${name} was trained for the task ${own}, and ${data.name} is of ${task.name}: name data of its own task, or none`,
    );
  return {
    ...{ name, model, metadata, data, task, classes: fits.options.classes },
    labels: labelsSaid(metadata) ?? fits.labels,
    rendering: fullTextRendering(name, rendering),
  };
}

/** As its file alone has it. */
export async function unjudgedTexts({
  name,
  model,
  metadata,
  classes,
  labels,
  rendering,
}: LoadedForTexts): Promise<TextStudent> {
  if (!rendering) throw new UsageError(`${name} has no tokenizer`);
  const task = await taskNamed(taskSaid(metadata) ?? (classes === 1 ? 'regression' : 'classification'), name);
  return { ...{ name, model, metadata, classes, labels, rendering, task }, data: null };
}
