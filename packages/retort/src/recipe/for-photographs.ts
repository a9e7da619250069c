/** How a student learns from folders of photographs where nothing else is said: what the field does with ImageNet, and where each choice is from. */
import fs from 'node:fs';
import { defaults } from '../defaults.ts';
import { madeFor, type NetworkSpec, saidOf, standardInput } from '../models/index.ts';
import { inputSaid, specOf, type WrittenNetwork, withSpec } from './network.ts';

/** What may be said of it. */
export interface PhotographsAsked {
  readonly student: WrittenNetwork;
  /** At how many pixels a side the student sees them. */
  readonly size?: number | undefined;
  readonly epochs?: number | undefined;
  readonly batchSize?: number | undefined;
}

/** Parts of a recipe, and a line for each choice. */
export interface ForPhotographs {
  /** As a recipe may have it. */
  readonly student: string | object;
  readonly train: readonly object[];
  readonly stage: {
    readonly epochs: number;
    readonly optimizer: Readonly<Record<string, unknown>>;
    readonly schedule: Readonly<Record<string, unknown>>;
    readonly clipNorm?: number;
  };
  readonly reasons: readonly string[];
}

type Learning = Pick<ForPhotographs, 'stage' | 'reasons'>;

function likeResNets(batchSize: number, epochs = 100): Learning {
  const lr = (0.1 * batchSize) / 256;
  return {
    stage: {
      epochs,
      optimizer: { name: 'sgd', lr, momentum: 0.9, weightDecay: 1e-4 },
      schedule: { name: 'multi-step', milestones: [0.3, 0.6, 0.9] },
    },
    reasons: [
      `SGD at ${lr} (0.1 for 256 images a step, in proportion: Goyal 2017), momentum 0.9, weight decay 1e-4, a tenth of the rate after 0.3, 0.6 and 0.9 of the epochs, of which there are 100 where none are said: SRD's and CRD's training of ResNet18 on ImageNet`,
    ],
  };
}

function likeDeiT(batchSize: number, epochs = 300): Learning {
  const lr = (5e-4 * batchSize) / 512;
  const warmUpEpochs = Math.min(5, epochs / 4);
  return {
    stage: {
      epochs,
      optimizer: { name: 'adamw', lr, weightDecay: 0.05, decay: 'weights' },
      schedule: { name: 'cosine', warmUpEpochs },
      clipNorm: 5,
    },
    reasons: [
      `AdamW at ${lr} (5e-4 for 512 images a step, in proportion), weight decay 0.05, ${warmUpEpochs} epochs of warm-up and a cosine, of 300 epochs where none are said: DeiT's; gradients clipped at 5: OFA-KD's`,
    ],
  };
}

interface Seen {
  /** A side. */
  readonly pixels: number;
  readonly why: string;
  /** Whether the student's weights say it already, or it is found by them. */
  readonly isSaid: boolean;
  readonly isConvolutional: boolean;
}

/** What the student sees of a photograph. */
async function seenBy(spec: NetworkSpec, size: number | undefined): Promise<Seen> {
  const { model, metadata } = await saidOf(spec);
  const { pixels, isConvolutional = true } = madeFor(model ?? '') ?? {};
  if (size !== undefined) return { pixels: size, why: 'as --size says', isSaid: false, isConvolutional };
  const said = inputSaid(metadata)?.size;
  if (said !== undefined) return { pixels: said, why: 'as its weights say', isSaid: true, isConvolutional };
  // Of weights that others published it is known how they want the images, too, when they are loaded.
  const isSaid = spec.source === null && metadata.model === undefined;
  if (pixels !== undefined) return { pixels, why: `as ${model} is made for`, isSaid, isConvolutional };
  // Model folders may say it when they are loaded.
  return { pixels: 224, why: 'as networks for ImageNet do', isSaid: spec.file !== null, isConvolutional };
}

/**
 * The settings for a student that learns from photographs.
 *
 * @throws what reading the student's weights throws
 * @example (await forPhotographs({ student: 'resnet18' })).stage.epochs // 100
 */
export async function forPhotographs(asked: PhotographsAsked): Promise<ForPhotographs> {
  const { student, size, epochs, batchSize = defaults.batchSize } = asked;
  const spec = specOf(student);
  const { source, file } = spec;
  const { pixels, why, isSaid, isConvolutional } = await seenBy(spec, size);
  const { stage, reasons } = isConvolutional ? likeResNets(batchSize, epochs) : likeDeiT(batchSize, epochs);
  const { resize } = standardInput(pixels);
  return {
    // What is no file and looks like a model is answered as one.
    student:
      isSaid || (source === null && /^[\w-]+$/.test(file ?? '') && !fs.existsSync(file ?? ''))
        ? student
        : Object.assign(
            { input: standardInput(pixels) },
            withSpec(typeof student === 'string' ? {} : student, spec),
          ),
    train: [
      { name: 'random-resized-crop', size: pixels, interpolation: isConvolutional ? 'bilinear' : 'bicubic' },
      { name: 'flip' },
      ...(isConvolutional
        ? []
        : [
            { name: 'rand-augment', policy: 'rand-m9-mstd0.5-inc1' },
            { name: 'random-erasing', p: 0.25 },
          ]),
    ],
    stage,
    reasons: [
      `the student sees ${pixels} pixels a side, ${why}${isSaid ? '' : `; when it is judged the middle of images whose shorter side has ${resize}`}`,
      isConvolutional
        ? "random crops of 0.08 to 1 of the area, and flips: torchvision's training of ResNets on ImageNet"
        : "random crops of 0.08 to 1 of the area, flips, rand-m9-mstd0.5-inc1 and random erasing of a quarter: DeiT's, by timm",
      ...reasons,
    ],
  };
}
