/** What a student of texts learned, by transformers' names. */
import type { Task } from '../../tasks/index.ts';
import { quoted } from '../../words/listed.ts';
import { ExportError, type Says } from '../onnx/index.ts';

/** What transformers calls what was learned, by which its pipelines make probabilities of logits. */
export type ProblemType = 'single_label_classification' | 'multi_label_classification' | 'regression';

/** By the names of tasks. */
const problems: Readonly<Record<string, { readonly type: ProblemType; readonly says: Says }>> = {
  classification: { type: 'single_label_classification', says: 'class' },
  'multi-label': { type: 'multi_label_classification', says: 'classes' },
  regression: { type: 'regression', says: 'number' },
};

/** Names of tasks whose students of texts go out. */
export const textTasks = Object.keys(problems);

/** @throws ExportError for a task that has no form in transformers */
export function problemOf({ name }: Task) {
  const found = Object.hasOwn(problems, name) ? problems[name] : undefined;
  if (found) return found;
  throw new ExportError(
    `a model folder of texts is of one of the tasks ${quoted(textTasks)}, and this student's is '${name}': exportOnnx writes its graph alone`,
  );
}
