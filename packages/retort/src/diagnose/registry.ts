/** Every diagnosis, in the order in which they are answered. */
import { agreement } from './agreement.ts';
import { annealing } from './annealing.ts';
import { cka } from './cka.ts';
import { detections } from './detections.ts';
import { disagreements } from './disagreements.ts';
import { gradientNorms } from './gradient-norms.ts';
import { perClass } from './per-class.ts';
import { projector } from './projector.ts';
import { reliability } from './reliability.ts';
import { temperatures } from './temperatures.ts';
import type { DiagnosisName } from './types.ts';

const all = [
  perClass,
  agreement,
  reliability,
  cka,
  temperatures,
  annealing,
  projector,
  gradientNorms,
  disagreements,
  detections,
] as const;

/** By name. */
export const diagnoses: ReadonlyMap<DiagnosisName, (typeof all)[number]> = new Map(
  all.map((one) => [one.what, one]),
);
