/** What weights were trained for, and by what they were judged, as they say it. */

/** By what transformers calls them. */
const problems: Readonly<Record<string, string>> = {
  regression: 'regression',
  single_label_classification: 'classification',
  multi_label_classification: 'multi-label',
};

/** What a model folder's config says that is learned. */
function problemIn(config: string | undefined): string | undefined {
  if (config === undefined) return undefined;
  const { problem_type: problem } = Object(JSON.parse(config));
  return typeof problem === 'string' && Object.hasOwn(problems, problem) ? problems[problem] : undefined;
}

/**
 * The name of a task that weights were trained for, as a run wrote it down or a model folder's config has it (`problem_type`); undefined where they do not say it.
 *
 * @param metadata  of the weights
 * @example taskSaid({ config: '{"problem_type": "regression"}' }) // 'regression'
 */
export const taskSaid = ({ task, config }: Readonly<Record<string, string>>): string | undefined =>
  task ?? problemIn(config);

/** The names of the metrics that the recipe of a run named; undefined where it named none. @example metricsSaid({ metrics: 'matthews,f1' }) // ['matthews', 'f1'] */
export const metricsSaid = ({ metrics }: Readonly<Record<string, string>>): readonly string[] | undefined =>
  metrics?.split(',');
