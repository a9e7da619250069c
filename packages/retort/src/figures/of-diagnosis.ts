/** A diagnosis of a run as figures. */
import type { AgreementShares, Findings, GradientNorms } from '../diagnose/types.ts';
import { classBars } from './class-bars.ts';
import { heatMap } from './heat-map.ts';
import { histogram } from './histogram.ts';
import { linesFigure } from './lines.ts';
import type { Pen } from './pen.ts';
import { reliabilityDiagram } from './reliability-diagram.ts';
import { singularValuesFigure } from './singular-values.ts';
import { percent } from './svg.ts';
import { valueBars } from './value-bars.ts';

/** A figure, and what it shows. */
export interface DiagnosisFigure {
  readonly caption: string;
  readonly svg: string;
}

const share = (value: number): number => 100 * value;

/** Who is right, where labels say it, and how often both say the same. */
async function agreement(found: AgreementShares, given: Pen | undefined): Promise<DiagnosisFigure[]> {
  const shares = [
    ['both say the same', found.top1],
    ['both are right', found.bothRight],
    ['only the student is right', found.onlyStudent],
    ['only the teacher is right', found.onlyTeacher],
    ['neither is right', found.neither],
  ] as const;
  const bars = shares.flatMap(([name, value]) => (value === null ? [] : [{ name, value: share(value) }]));
  const svg = await valueBars({ bars, what: 'samples %', text: (value) => percent(value / 100) }, given);
  return [
    {
      svg,
      caption: `divergence of the student from the teacher ${found.divergence.toFixed(4)} nats, mean cosine of classes ${found.meanCosine.toFixed(3)}`,
    },
  ];
}

async function gradientNorms(
  { terms, total, cosines, batches }: GradientNorms,
  given: Pen | undefined,
): Promise<DiagnosisFigure[]> {
  const names = terms.map(({ name }) => name);
  const bars = [
    ...terms.map(({ name, norm }) => ({ name, value: norm })),
    { name: 'all together', value: total },
  ];
  const norms = await valueBars({ bars, what: 'norm of the gradient' }, given);
  const found = [
    {
      svg: norms,
      caption: `each term times its weight, mean over ${batches} ${batches === 1 ? 'batch' : 'batches'}`,
    },
  ];
  if (terms.length < 2) return found;
  const matrix = { rows: names, columns: names, values: cosines, ofRows: 'term', ofColumns: 'term' };
  const svg = await heatMap({ ...matrix, what: 'cosine', range: [-1, 1] }, given);
  return [
    ...found,
    { svg, caption: 'which terms pull the same way (1), and which against one another (-1)' },
  ];
}

/**
 * The figures of a diagnosis; none for disagreements and detections, whose pictures and texts are to be shown as they are (`detectionsOver` has the boxes).
 *
 * @param found  one of `retort diagnose --json` that is not silent
 * @param given  what they are drawn with; Observable Plot as it is installed where it is left out
 * @throws FigureError where what draws is not installed
 * @example for (const { svg, caption } of await diagnosisFigures(found)) show(svg, caption);
 */
export async function diagnosisFigures(found: Findings, given?: Pen): Promise<DiagnosisFigure[]> {
  switch (found.what) {
    case 'per-class':
      return [
        {
          svg: await classBars(found.classes, given, found.measure),
          caption: found.withoutTeacher ?? 'first where the student is furthest behind',
        },
      ];
    case 'agreement':
      return agreement(found, given);
    case 'reliability':
      return [
        {
          svg: await reliabilityDiagram(found, given),
          caption:
            found.withoutTeacher ?? 'above the dashed line they are right more often than they are sure',
        },
      ];
    case 'cka': {
      const { rows, columns, values } = found;
      const matrix = {
        rows,
        columns,
        values,
        ofRows: 'student',
        ofColumns: 'teacher',
        what: 'linear CKA, unbiased',
      };
      return [
        { svg: await heatMap(matrix, given), caption: 'how alike the features of each two blocks are' },
      ];
    }
    case 'temperatures': {
      const { bins, mean, least, most } = found;
      const svg = await histogram({ bins, mean, what: 'temperature' }, given);
      return [{ svg, caption: `from ${least.toFixed(3)} to ${most.toFixed(3)}` }];
    }
    case 'annealing': {
      const points = found.factors.map(({ epoch, factor }) => ({ x: epoch, mean: factor, deviation: 0 }));
      const figure = { lines: [{ name: '', points }], x: 'epoch', y: 'factor of the logits' };
      return [
        { svg: await linesFigure(figure, given), caption: "what the teacher's logits are multiplied by" },
      ];
    }
    case 'projector': {
      const shapes = found.layers.map(({ name, shape }) => `${name} [${shape.join(', ')}]`);
      return [{ svg: await singularValuesFigure(found.layers, given), caption: shapes.join(', ') }];
    }
    case 'gradient-norms':
      return gradientNorms(found, given);
    case 'disagreements':
    case 'detections':
      return [];
  }
}
