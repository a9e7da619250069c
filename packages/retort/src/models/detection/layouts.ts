/** Weights of detectors as other releases and programs lay them out, and those of classifiers as the backbones of detectors. */
import { full, type nn, noGrad, type Tensor, zeros_like } from '@retort/torch';
import type { DialectName } from './dialects.ts';
import { mobileLayers } from './mobile-layers.ts';

/** Rows of a classifier of COCO's 90 categories, as torchvision counts them, and background. */
const rowsOfCOCO = 91;

/** Of a batch norm. */
const eps = 1e-5;

/** A key under another name; null of what the network does not have. */
type Rename = (key: string) => string | null;

function renamed(weights: nn.StateDict, rename: Rename): nn.StateDict {
  const entries = Object.entries(weights).flatMap(([key, tensor]): [string, Tensor][] => {
    const own = rename(key);
    return own === null ? [] : [[own, tensor]];
  });
  return Object.fromEntries(entries);
}

/** Whether weights are those of torchvision's ResNet for ImageNet, which timm's are, too. */
const isResNet = (weights: nn.StateDict): boolean =>
  Object.hasOwn(weights, 'conv1.weight') && Object.hasOwn(weights, 'layer4.0.conv1.weight');

/** Whether weights are those of torchvision's MobileNetV2. */
const isMobileNet = (weights: nn.StateDict): boolean =>
  Object.hasOwn(weights, 'features.0.0.weight') && Object.hasOwn(weights, 'features.17.conv.0.0.weight');

/** A key of `features` that a body has: without the last convolution. */
function blockOf(key: string): readonly [number: string, rest: string] | null {
  const [, number, rest] = /^features\.(\d+)\.(.+)$/.exec(key) ?? [];
  return number !== undefined && rest !== undefined && Number(number) < mobileLayers.flat().length
    ? [number, rest]
    : null;
}

const oldPyramid = /^backbone\.fpn\.(inner|layer)_blocks\.(\d)\.(weight|bias)$/;
const oldProposals = /^rpn\.head\.conv\.(weight|bias)$/;

const sinceNewNames: Rename = (key) =>
  key.replace(oldPyramid, 'backbone.fpn.$1_blocks.$2.0.$3').replace(oldProposals, 'rpn.head.conv.0.0.$1');

/**
 * Statistics from which batch norms without an eps give what those with one do: torchvision evaluates the weights that it published for COCO with
 * an eps of 0, which is not in the file.
 */
const withoutEps = (weights: nn.StateDict): nn.StateDict =>
  Object.fromEntries(
    Object.entries(weights).map(([key, tensor]) => [
      key,
      key.endsWith('.running_var') ? noGrad(() => tensor.sub(eps)) : tensor,
    ]),
  );

/** Weights of a detector or of its backbone under the keys of today's torchvision; null where they are in no layout that is known. */
export function torchvisionLayout(weights: nn.StateDict): nn.StateDict | null {
  if (isResNet(weights))
    return renamed(weights, (key) => (key.startsWith('fc.') ? null : `backbone.body.${key}`));
  if (isMobileNet(weights))
    return renamed(weights, (key) => {
      const block = blockOf(key);
      return block ? `backbone.body.${block.join('.')}` : null;
    });
  if (!Object.keys(weights).some((key) => oldPyramid.test(key) || oldProposals.test(key))) return null;
  const own = renamed(weights, sinceNewNames);
  const rows = own['roi_heads.box_predictor.cls_score.weight']?.shape[0];
  return rows === rowsOfCOCO ? withoutEps(own) : own;
}

const bottom = 'backbone.bottom_up';

/** torchvision's names in detectron2's, within a backbone. */
const ofTorchvision: Rename = (key) =>
  key.startsWith('fc.')
    ? null
    : (key.startsWith('layer') ? key : `stem.${key}`)
        .replace(/^layer(\d)/, (_, stage: string) => `res${Number(stage) + 1}`)
        .replace(/\.bn(\d)\./, '.conv$1.norm.')
        .replace('.downsample.0.', '.shortcut.')
        .replace('.downsample.1.', '.shortcut.norm.');

/** Convolutions of a block by their letters in Caffe2's names. */
const branches: Readonly<Record<string, string>> = {
  '1': 'shortcut',
  '2a': 'conv1',
  '2b': 'conv2',
  '2c': 'conv3',
};

/** What Caffe2 calls parameters. */
const parameters: Readonly<Record<string, string>> = {
  w: 'weight',
  bn_s: 'norm.weight',
  bn_b: 'norm.bias',
  bn_rm: 'norm.running_mean',
  bn_riv: 'norm.running_var',
};

/** Caffe2's names, as detectron2's files of MSRA's ImageNet weights have them, within a backbone. */
const ofCaffe2: Rename = (key) => {
  const [, stem] = /^(?:res_)?conv1_(w|bn_\w+)$/.exec(key) ?? [];
  if (stem !== undefined) return Object.hasOwn(parameters, stem) ? `stem.conv1.${parameters[stem]}` : null;
  const [, stage, block, branch = '', kind = ''] =
    /^res(\d)_(\d+)_branch(1|2a|2b|2c)_(w|bn_\w+)$/.exec(key) ?? [];
  if (stage === undefined || !Object.hasOwn(parameters, kind)) return null;
  return `res${stage}.${block}.${branches[branch]}.${parameters[kind]}`;
};

/** The places of a block's layers in torchvision's names, and in mdistiller's where they lie in one sequence. */
function flatLayer(rest: string, expands: boolean): string {
  const [, place = '', inner, parameter] = /^conv\.(\d)\.(?:(\d)\.)?(\w+)$/.exec(rest) ?? [];
  if (parameter === undefined) return rest;
  // The projection and its norm come after one sequence of three layers, or two.
  const before = expands ? 2 : 1;
  const at = inner === undefined ? 2 * before + Number(place) : 3 * Number(place) + Number(inner);
  return `conv.${at}.${parameter}`;
}

const ofTorchvisionMobileNet =
  (weights: nn.StateDict): Rename =>
  (key) => {
    const [number, rest] = blockOf(key) ?? [];
    if (number === undefined || rest === undefined) return null;
    const expands = Object.hasOwn(weights, `features.${number}.conv.1.0.weight`);
    return `features.${number}.${flatLayer(rest, expands)}`;
  };

/** Statistics that change nothing, where batch norms of Caffe2 have none: they are in its weights. */
function withStatistics(weights: nn.StateDict): nn.StateDict {
  const own = { ...weights };
  for (const [key, tensor] of Object.entries(weights)) {
    if (!key.endsWith('.norm.weight')) continue;
    const norm = key.slice(0, -'weight'.length);
    own[`${norm}running_mean`] ??= zeros_like(tensor);
    // The square root of this and of the eps is 1.
    own[`${norm}running_var`] ??= full(tensor.shape, 1 - eps);
  }
  return own;
}

/** Under the keys of a detector. */
const below =
  (rename: Rename): Rename =>
  (key) => {
    const own = rename(key);
    return own === null ? null : `${bottom}.${own}`;
  };

/** What detectron2's own files have beside weights, and mdistiller's beside the student's. */
const isBeside = (key: string): boolean =>
  /^(?:pixel_mean|pixel_std|teacher\.|kd_trans\.|teacher_pixel_)/.test(key) || key.includes('.cell_anchors.');

/** Weights of a detector or of its backbone under detectron2's keys alone; null where they are in no layout that is known. */
export function detectron2Layout(weights: nn.StateDict): nn.StateDict | null {
  if (isResNet(weights)) return renamed(weights, below(ofTorchvision));
  if (isMobileNet(weights)) return renamed(weights, below(ofTorchvisionMobileNet(weights)));
  if (Object.hasOwn(weights, 'conv1_w') && Object.hasOwn(weights, 'res5_0_branch2a_w'))
    return withStatistics(renamed(weights, below(ofCaffe2)));
  if (Object.hasOwn(weights, 'stem.conv1.weight') && Object.hasOwn(weights, 'res5.0.conv1.weight'))
    return renamed(weights, (key) => (/^(?:stem\.conv1|res\d)\./.test(key) ? `${bottom}.${key}` : null));
  if (!Object.keys(weights).some(isBeside)) return null;
  return renamed(weights, (key) => (isBeside(key) ? null : key));
}

/** Modules of a detector that only one of the two has, below any others. */
const onlyIn: Readonly<Record<DialectName, RegExp>> = {
  torchvision: /(?:^|\.)(?:backbone\.body|rpn\.head)\./,
  detectron2: /(?:^|\.)(?:backbone\.bottom_up|proposal_generator\.rpn_head)\./,
};

/** Of which dialect's detector weights are by their keys; null where they are of neither, as those of a classifier. */
export function dialectOf(weights: nn.StateDict): DialectName | null {
  const keys = Object.keys(weights);
  const names = Object.keys(onlyIn) as DialectName[];
  return names.find((name) => keys.some((key) => onlyIn[name].test(key))) ?? null;
}

/** Of the first norm of a backbone, in each layout that Retort writes. */
const firstNorms = [
  'backbone.body.bn1',
  'backbone.body.0.1',
  `${bottom}.stem.conv1.norm`,
  `${bottom}.features.0.1`,
];

/** Whether weights are those of a detector with group norm, which has no statistics. */
export const areOfGroupNorm = (weights: nn.StateDict): boolean =>
  firstNorms.some(
    (norm) => Object.hasOwn(weights, `${norm}.weight`) && !Object.hasOwn(weights, `${norm}.running_mean`),
  );
