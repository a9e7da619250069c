/** What is said of a folder that was exported. */
import type { ExportedFolder } from '../../export/folder/index.ts';
import { say } from '../output.ts';
import { scoreName, scoreText } from '../scores.ts';
import { count, duration, percent, table } from '../table.ts';

export function printExported(
  { folder, forms, headline, score, weights, parameters, modelType, measuredOn, remarks }: ExportedFolder,
  name: string,
  sample: 'image' | 'text',
): void {
  const isJudged = headline !== null && score !== null;
  const metric = headline?.metric ?? '';
  const shown = (value: number | null): string => (value === null ? '-' : scoreText(metric, value));
  const one = sample === 'image' ? 'an image' : 'a text';
  say(
    table(
      ['file', 'precision', 'MB', 'says the same', ...(isJudged ? [scoreName(metric)] : []), `${one} takes`],
      [
        [weights, 'fp32', '', '', ...(isJudged ? [shown(score)] : []), ''],
        ...forms.map((form) => [
          form.file,
          form.precision,
          (form.bytes / 1e6).toFixed(2),
          form.agreement === null ? 'not checked' : percent(form.agreement),
          ...(isJudged ? [shown(form.score)] : []),
          form.latency === null ? '-' : duration(form.latency.p50),
        ]),
      ],
    ),
  );
  say(
    `\n${folder}: ${name}, ${count(parameters)} parameters${modelType === null ? '' : `, as transformers' ${modelType}`}`,
  );
  if (measuredOn !== null) say(`${one.replace(/^a/, 'A')} takes so long on ${measuredOn}, at the median.`);
  for (const remark of remarks) say(`* ${remark}`);
}
