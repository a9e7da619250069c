/** What whoever uses a student should know, in sentences. */
import type { Dataset } from '../../data/index.ts';
import type { Headline } from '../../headline.ts';
import { scoreName } from '../../metrics/score-names.ts';
import { type ExportPrecision, sameWay } from '../onnx/index.ts';
import { shownScore } from './card.ts';
import type { AnyFolderOptions, ExportedForm } from './exported.ts';
import type { Kind } from './kind.ts';

/** A form may lose a point, or of an error a hundredth, until that is said loudly; a share that was counted is not exact. */
const mostLost = 0.01 + 1e-9;

/** Fewer images or texts than are enough for the scales of int8. */
const fewSamples = 100;

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

type Scored = Pick<ExportedForm, 'score' | 'agreement' | 'precision'>;

/** By how much a form is worse than float32: in its score, of errors in their share, or in agreement where nothing was judged. */
function lostBy({ score, agreement }: Scored, [full]: readonly Scored[], headline: Headline | null): number {
  const whole = full?.score ?? null;
  if (score === null || whole === null) return 1 - (agreement ?? 1);
  return headline?.better === 'lower' ? (score - whole) / Math.max(Math.abs(whole), 1e-9) : whole - score;
}

/** In which precision the browser runs it: the smallest that answers as well. */
export function inBrowser(forms: readonly Scored[], headline: Headline | null = null): ExportPrecision {
  const good = forms.filter((form) => lostBy(form, forms, headline) <= mostLost);
  return good.some(({ precision }) => precision === 'int8') ? 'int8' : 'fp32';
}

/** What is to be said of what the scales of int8 were found on. */
function calibratedOn(
  calibration: Dataset | undefined,
  data: Dataset | undefined,
  { sample }: Kind,
): string[] {
  const { size } = calibration ?? data ?? { size: 0 };
  return [
    ...(calibration
      ? []
      : [
          `in int8 its scales were found on the ${sample}s that it was judged on, and it may be worse on others`,
        ]),
    ...(size < fewSamples
      ? [`in int8 its scales were found on ${size} ${sample}s alone: some hundred are better`]
      : []),
  ];
}

/** Of a form that is worse than float32. */
function lossOf(form: ExportedForm, [full]: readonly ExportedForm[], headline: Headline | null, kind: Kind) {
  const { precision, score, agreement } = form;
  const { sample, says } = kind;
  if (says === 'boxes' && score === null)
    return `in ${precision} it finds ${percent(agreement ?? 1)} of what it finds in fp32, of the ${sample}s that it was checked with`;
  if (says === 'vector' && score === null)
    return `in ${precision} the vectors of ${percent(1 - (agreement ?? 1))} of the ${sample}s that it was checked with point elsewhere (seen from the mean of all, a cosine below ${sameWay})`;
  if (score === null || !headline)
    return `in ${precision} it says another ${says === 'class' ? 'class' : 'thing'} of ${percent(1 - (agreement ?? 1))} of the ${sample}s that it was checked with`;
  const { metric } = headline;
  return `in ${precision} it has a ${scoreName(metric)} of ${shownScore(metric, score)}, and in fp32 of ${shownScore(metric, full?.score ?? 0)}: use fp32`;
}

export function remarksOn(
  { data, calibration, check = true, facts = {}, labels }: AnyFolderOptions,
  forms: readonly ExportedForm[],
  { absent, headline, kind }: { absent: string | null; headline: Headline | null; kind: Kind },
): string[] {
  const losses = forms
    .filter((form) => lostBy(form, forms, headline) > mostLost)
    .map((form) => lossOf(form, forms, headline, kind));
  const infinite = forms.flatMap(({ precision, beyond }) =>
    beyond === null
      ? []
      : [
          `in ${precision} '${beyond}' goes beyond 65504, which is infinite where the processor computes in float16, as GPUs do: use fp32`,
        ],
  );
  return [
    ...losses,
    ...infinite,
    ...(forms.some(({ precision }) => precision === 'int8') ? calibratedOn(calibration, data, kind) : []),
    ...(facts.remarks ?? []),
    ...(check
      ? []
      : [
          'its graphs were NOT checked against the student: nobody has run them, and they may answer otherwise',
        ]),
    ...(data || !check
      ? []
      : [
          kind.precisions.includes('int8')
            ? 'it was checked with noise, judged on nothing, and has no graph in int8: name data for that'
            : 'it was checked with noise, and judged on nothing: name data for that',
        ]),
    ...(labels || kind.says === 'number' || kind.says === 'vector'
      ? []
      : ['the names of its classes are not known: LABEL_0 and so on stand for them']),
    ...(absent === null
      ? []
      : [
          kind.runsBy === 'transformers.js'
            ? `${absent}: transformers.js and onnxruntime run its graph, Python's transformers does not load it, and says so`
            : `${absent}: onnxruntime runs its graph, by \`detect.mjs\` in Node and in pages`,
        ]),
    ...kind.remarks(absent),
  ];
}
