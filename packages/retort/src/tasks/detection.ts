/** Where in an image objects are, and of which classes. */
import { aten, type nn, scope, type Tensor, tensor } from '@retort/torch';
import {
  boxColumns,
  DataError,
  type Dataset,
  fieldOf,
  type Inputs,
  ignoredAs,
  type Targets,
} from '../data/index.ts';
import type { Scores } from '../metrics/index.ts';
import { type Detector, isDetector, type Learned, type Truth } from '../models/detector.ts';
import type { Outputs } from '../models/index.ts';
import { notFinite } from '../tensors/not-finite.ts';
import { quoted } from '../words/listed.ts';
import { causes } from './doubts.ts';
import { judging } from './judging.ts';
import { imagesIn, output, target } from './parts.ts';
import type { Task } from './task.ts';

const name = 'detection';

const classesIn = ({ fields }: Dataset): readonly string[] | null =>
  fieldOf(fields, 'boxes')?.kind.classes ?? null;

const judgedByBoxes = judging(name, 'boxes', ['AP'], (data) => classesIn(data)?.length ?? null);

/** @throws DataError where samples have no boxes */
function classesOf(data: Dataset): readonly string[] {
  const classes = classesIn(data);
  if (classes) return classes;
  throw new DataError(
    `${data.name} has no boxes to be found: its fields are ${Object.keys(data.fields).join(', ')}`,
  );
}

/** An input [B, 2] by its name. @throws RangeError where it is not there, as where images are rendered without their boxes */
function sizesIn(inputs: Inputs, which: 'sizes' | 'originals'): Tensor {
  const found = inputs[which];
  if (found) return found;
  throw new RangeError(
    `there is no input '${which}', which images of data with boxes have; there is ${Object.keys(inputs).join(', ')}`,
  );
}

/**
 * By what the four numbers of boxes are multiplied where images have another size: float64 [B, 1, 4].
 *
 * @param to  int64 [B, 2], height and width
 * @param from  the same
 */
const scaling = (to: Tensor, from: Tensor): Tensor =>
  to
    .to('float64')
    .div(from.to('float64'))
    .index_select(1, tensor([1, 0, 1, 0], { dtype: 'int64', device: to.device }))
    .unsqueeze(1);

/** Two edges and an extent as four edges, [B, N, 4]. */
const toCorners = (boxes: Tensor): Tensor => {
  const [first, extent] = [boxes.narrow(2, 0, 2), boxes.narrow(2, 2, 2)];
  return aten.cat([first, first.add(extent)], 2);
};

/** Four edges as two and an extent, [B, N, 4]. */
const toExtents = (corners: Tensor): Tensor => {
  const [first, last] = [corners.narrow(2, 0, 2), corners.narrow(2, 2, 2)];
  return aten.cat([first, last.sub(first)], 2);
};

/** What a detector learns of targets: boxes in pixels of the images as they are shown, without crowds and what is difficult. @throws RangeError where there are none */
function truthOf(targets: Targets, inputs: Inputs): Truth {
  const scale = scaling(sizesIn(inputs, 'sizes'), sizesIn(inputs, 'originals'));
  const boxes = toCorners(target(targets, 'boxes')).mul(scale).to('float32');
  const classes = target(targets, 'classes');
  const isLearned = target(targets, 'ignored').eq(ignoredAs.no).logical_and(classes.ge(0));
  return {
    boxes: boxes.mul(isLearned.unsqueeze(2)),
    classes: classes.masked_fill(isLearned.logical_not(), -1),
  };
}

/** Detections [B, D, 6] in pixels of the images as they are shown → boxes x, y, width and height in pixels of the originals, scores and classes. */
function foundOf(detections: Tensor, inputs: Inputs): Outputs {
  const scale = scaling(sizesIn(inputs, 'originals'), sizesIn(inputs, 'sizes'));
  const corners = detections.narrow(2, 0, 4).to('float64').mul(scale);
  return {
    boxes: toExtents(corners),
    scores: detections.select(2, 4),
    classes: detections.select(2, 5).to('int64'),
  };
}

/** @throws RangeError for a network that finds no boxes */
function detectorIn(model: nn.Module | undefined): Detector & nn.Module {
  if (model && isDetector(model)) return model;
  throw new RangeError(
    `the task ${name} needs a detector, as fasterrcnn_resnet50_fpn, and the network is none`,
  );
}

/** Levels by the names of a feature pyramid: p2, p3 … */
const named = (levels: readonly Tensor[]): Outputs =>
  Object.fromEntries(levels.map((level, i) => [`p${i + 2}`, level]));

const levelsIn = (taught: Outputs): readonly Tensor[] =>
  Object.keys(taught).map((_, i) => output(taught, `p${i + 2}`));

/** Of what a detector learns by, what it says itself: of targets numbers may stand for nothing. */
const said = ['objectness', 'anchorDeltas', 'proposals', 'classLogits', 'boxDeltas'];

function misfit(outputs: Outputs, data: Dataset, model?: nn.Module): string | null {
  if (!outputs.boxes) {
    const { shape = [] } = Object.values(outputs)[0] ?? {};
    return `gives [${shape.join(', ')}] for ${shape[0]} images: boxes are found by a detector, as fasterrcnn_resnet50_fpn, and it is none`;
  }
  const [classes, own] = [classesIn(data)?.length, model && isDetector(model) ? model.classes : undefined];
  if (classes === undefined || own === undefined || own === classes) return null;
  return `finds boxes of ${own} classes, and ${data.name} has ${classes}: it must tell as many apart, or \`classes\` say which of its classes stand for the data's`;
}

/** Which share of the proposals on objects are said to be of their class, added up over the images; one that has no such proposal has nothing wrong. */
function foregroundRight({ classLogits, proposalClasses }: Outputs): Readonly<Record<string, Tensor>> {
  if (!classLogits || !proposalClasses) return {};
  const background = classLogits.size(2) - 1;
  const isObject = proposalClasses.ge(0).logical_and(proposalClasses.lt(background));
  const right = classLogits.argmax(2).eq(proposalClasses).logical_and(isObject).sum(1);
  const count = isObject.sum(1);
  const share = right.add(count.eq(0)).to('float64').div(count.clamp_min(1));
  return { foregroundRight: share.sum() };
}

/** Below this AP a detector has found next to nothing: boxes and classes that are guessed have less. */
const nothing = 0.01;

function doubt({ AP }: Scores, data: Dataset): string | null {
  if (!classesIn(data) || AP === undefined || AP >= nothing) return null;
  return `has a box AP of ${(100 * AP).toFixed(2)} % on ${data.name}, which is next to nothing: ${causes('classes')}`;
}

/** What cannot be learned of data that lies in memory: where it is read, all boxes at once may be far too many. */
function remark(data: Dataset): string | null {
  const field = fieldOf(data.fields, 'boxes');
  const boxes = data.gather && field ? data.column?.(field.name) : undefined;
  if (!field || !boxes) return null;
  return scope(() => {
    const [classes, ignored] = [boxColumns.class, boxColumns.ignored].map((column) =>
      boxes.select(2, column),
    );
    if (!classes || !ignored) return null;
    const learned = classes.masked_select(classes.ge(0).logical_and(ignored.eq(ignoredAs.no)));
    const { name } = data;
    if (learned.numel() === 0)
      return `no image of ${name} has a box to be learned: the student learns only that there is nothing`;
    const { classes: names } = field.kind;
    const found = new Set(learned.toFlatArray().map(Number));
    const without = names.filter((_, i) => !found.has(i));
    return without.length === 0
      ? null
      : `${name} has no box of ${quoted(without)}, which the student cannot learn to find`;
  });
}

/**
 * Boxes in images, by a network that is a `Detector`. Its targets are `boxes` float64 [B, M, 4] (x, y, width and height in pixels of the images as they were drawn), `classes` int64 [B, M], -1 where there is no box,
 * `areas` float64, `ignored` and `annotations` int64 [B, M], of which crowds and what is difficult are not learned from. In evaluation it answers `boxes` float64 [B, D, 4] in the same form, in pixels of the originals, `scores` float32 and
 * `classes` int64 [B, D], -1 where nothing is, and is judged by COCO's AP unless data or a recipe names another metric. While it learns it answers `Learned`, and as
 * `truth` float32 [B, M, 4] the boxes that it learns, of which the network makes the losses: over all of the batch, also where ranks have slices of it. A teacher teaches by its pyramid, `p2` … `p6`, and judges a student's proposals: `classLogits` and `boxDeltas`.
 */
export const detection: Task = {
  name,
  targets(columns, data): Targets {
    const boxes = columns[fieldOf(data.fields, 'boxes')?.name ?? ''];
    if (!boxes) return {};
    const column = (which: keyof typeof boxColumns): Tensor => boxes.select(2, boxColumns[which]);
    return {
      boxes: boxes.narrow(2, boxColumns.x, 4),
      classes: column('class').to('int64'),
      areas: column('area'),
      ignored: column('ignored').to('int64'),
      annotations: column('id').to('int64'),
    };
  },
  learnsFrom: ['boxes'],
  learnsByOther: true,
  isLossOfAll: true,
  padding: { objectnessTargets: -1, proposalClasses: -1, classes: -1 },
  width: (data) => classesOf(data).length,
  run(model, inputs, { training, targets }): Outputs {
    const images = imagesIn(inputs);
    if (training) {
      const truth = truthOf(targets ?? {}, inputs);
      return { ...detectorIn(model).learn(images, sizesIn(inputs, 'sizes'), truth), truth: truth.boxes };
    }
    if (isDetector(model)) return foundOf(model.forward(images, sizesIn(inputs, 'sizes')), inputs);
    return { answer: (model as nn.Layer).forward(images) };
  },
  teach: (model, inputs) => named(detectorIn(model).pyramid(imagesIn(inputs))),
  judge(model, { taught, inputs: { student: own, teacher }, student }): Outputs {
    const proposals = output(student, 'proposals');
    const scale = scaling(sizesIn(teacher, 'sizes'), sizesIn(own, 'sizes'));
    const theirs = proposals.to('float64').mul(scale).to(proposals.dtype);
    return detectorIn(model).judge(levelsIn(taught), sizesIn(teacher, 'sizes'), theirs);
  },
  loss: (outputs, _, model) => detectorIn(model).losses(outputs as Learned),
  watched: (outputs) => foregroundRight(outputs),
  ...judgedByBoxes,
  misfit,
  unanswered(outputs) {
    const own = Object.entries(outputs).filter(([name]) => !('proposals' in outputs) || said.includes(name));
    const wrong = own.flatMap(([name, tensor]) => {
      const what = notFinite(tensor);
      return what === null ? [] : [`${name} are not finite (${what})`];
    });
    return wrong[0] ?? null;
  },
  remark,
  doubt,
};
