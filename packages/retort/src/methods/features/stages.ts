/** Stages of both networks, one to one, as feature maps. */
import { functional, type Tensor } from '@retort/torch';
import { z } from 'zod';
import type { Anatomy } from '../../models/index.ts';
import type { Anatomies, Pair, PairSide, Seen, Side, Taps, Whose } from '../method.ts';
import { anatomy, feature, prefixTokens } from '../seen.ts';

/** An option that names the paths of one network's stages. */
export const stagesOption = (whose: Whose, where = 'all stages of its anatomy') =>
  z
    .array(z.string())
    .min(1)
    .optional()
    .describe(`The paths of the ${whose}'s features; ${where} where it is left out`);

/** Options of a method that compares stages. */
export const stageOptions = { student: stagesOption('student'), teacher: stagesOption('teacher') };

interface GivenStages {
  readonly student?: readonly string[] | undefined;
  readonly teacher?: readonly string[] | undefined;
}

/** What a method compares of a network, where it is not told. */
type Where = (anatomy: Anatomy, whose: Whose) => readonly string[];

const everyStage: Where = ({ stages }) => stages;

/** The stages before their last ReLU. @throws RangeError where a network does not name them */
export const beforeRelu =
  (method: string): Where =>
  ({ preActivations = [] }, whose) => {
    if (preActivations.length > 0) return preActivations;
    throw new RangeError(
      `${method} looks at stages before their last ReLU, which the ${whose} does not name: give their paths in \`${whose}\``,
    );
  };

/** What is tapped for it: as many stages of each. @throws RangeError where one network has more than the other */
export function stageTaps(pair: Anatomies, method: string, given: GivenStages, where = everyStage): Taps {
  const found = (whose: Whose) => given[whose] ?? where(anatomy(pair, whose, method), whose);
  const [student, teacher] = [found('student'), found('teacher')];
  if (student.length !== teacher.length)
    throw new RangeError(
      `${method} compares stages one to one, and there are ${student.length} of the student (${student.join(', ')}) and ${teacher.length} of the teacher (${teacher.join(', ')}): name as many of each in \`student\` and \`teacher\``,
    );
  return { student, teacher };
}

export type MapShape = readonly [channels: number, height: number, width: number];

/** What a stage is as a feature map: tokens [L, D] lie on a square grid. @throws RangeError for other shapes */
function mapShape(method: string, side: PairSide, path: string): MapShape {
  const shape = side.shape(path);
  const [first = 0, second = 0, third] = shape;
  if (third !== undefined && shape.length === 3) return [first, second, third];
  if (side.ofTexts)
    throw new RangeError(
      `${method} compares feature maps, and '${path}' gives tokens of texts, which lie on no grid: learn from texts by kd, pkd, minilm or tinybert, or by a method that compares vectors, as srd or rkd`,
    );
  const grid = Math.sqrt(first - prefixTokens(side));
  if (shape.length === 2 && Number.isInteger(grid) && grid > 0) return [second, grid, grid];
  throw new RangeError(
    `${method}: '${path}' gives [${shape.join(', ')}], which is neither a feature map [C, H, W] nor tokens [L, D] of patches on a square grid`,
  );
}

/** Feature maps [B, C, H, W] stay; tokens [B, L, D] → [B, D, √L, √L], without those before the patches'. */
function asMap(features: Tensor, prefix: number): Tensor {
  if (features.dim() === 4) return features;
  const patches = features.narrow(1, prefix, features.size(1) - prefix);
  const grid = Math.sqrt(patches.size(1));
  return patches.transpose(1, 2).unflatten(2, [grid, grid]);
}

/** The larger map averaged to the size of the smaller. */
export function alike(a: Tensor, b: Tensor): readonly [Tensor, Tensor] {
  const size = [Math.min(a.size(2), b.size(2)), Math.min(a.size(3), b.size(3))] as const;
  const pooled = (map: Tensor) =>
    map.size(2) === size[0] && map.size(3) === size[1] ? map : functional.adaptive_avg_pool2d(map, size);
  return [pooled(a), pooled(b)];
}

/** One stage of both networks. */
export interface StagePair {
  readonly shapes: readonly [student: MapShape, teacher: MapShape];
  readonly channels: readonly [student: number, teacher: number];
  /** Its feature maps of a batch, of one size: [B, C_s, H, W] and [B, C_t, H, W]. */
  maps(seen: Seen): readonly [student: Tensor, teacher: Tensor];
  /** The same, each of its own size. */
  originals(seen: Seen): readonly [student: Tensor, teacher: Tensor];
}

/** Of two maps of different size the larger is averaged. @throws RangeError for stages that are no maps, or of unequal number */
export function stagePairs(pair: Pair, method: string, given: GivenStages, where = everyStage): StagePair[] {
  const taps = stageTaps(pair, method, given, where);
  const map = ({ features }: Side, whose: Whose, path: string): Tensor =>
    asMap(feature(features, path), prefixTokens(pair[whose]));
  return taps.student.map((ours, i) => {
    const theirs = taps.teacher[i] ?? '';
    const shapes = [mapShape(method, pair.student, ours), mapShape(method, pair.teacher, theirs)] as const;
    const originals = ({ student, teacher }: Seen) =>
      [map(student, 'student', ours), map(teacher, 'teacher', theirs)] as const;
    return {
      shapes,
      channels: [shapes[0][0], shapes[1][0]],
      maps: (seen) => alike(...originals(seen)),
      originals,
    };
  });
}
