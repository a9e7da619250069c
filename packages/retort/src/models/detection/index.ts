/** Faster R-CNN by the names of both dialects. */
import type { Detector } from '../detector.ts';
import type { BackboneName } from './bodies.ts';
import { Detectron2FasterRCNN } from './detectron2.ts';
import type { FasterRCNNOptions } from './options.ts';
import { TorchvisionFasterRCNN } from './torchvision.ts';

export type { BackboneName } from './bodies.ts';
export { categoriesOfCOCO, namesOfCOCO } from './coco-categories.ts';
export { Detectron2FasterRCNN } from './detectron2.ts';
export {
  type AnchorSettings,
  type Counts,
  type DetectionSettings,
  type Dialect,
  type DialectName,
  dialects,
  type HeadSettings,
  type PoolingSettings,
  type ProposalSettings,
} from './dialects.ts';
export { FasterRCNN } from './faster-rcnn.ts';
export { type DetectorInput, detectorInput, inputInDialect } from './inputs.ts';
export { areOfGroupNorm, dialectOf } from './layouts.ts';
export { type NormKind, normKinds } from './norms.ts';
export { detectorOptions, type FasterRCNNOptions } from './options.ts';
export { TorchvisionFasterRCNN } from './torchvision.ts';

type Models = Readonly<Record<string, (options: FasterRCNNOptions) => Detector>>;

/** Backbones by the names of detectors that have them. */
type Backbones = Readonly<Record<string, BackboneName>>;

/** As torchvision names the one that it has. */
const ofTorchvision: Backbones = {
  fasterrcnn_resnet18_fpn: 'resnet18',
  fasterrcnn_resnet34_fpn: 'resnet34',
  fasterrcnn_resnet50_fpn: 'resnet50',
  fasterrcnn_resnet101_fpn: 'resnet101',
  fasterrcnn_mobilenet_v2_fpn: 'mobilenet_v2',
};

/** As detectron2's configurations are called, without the length of their training. */
const ofDetectron2: Backbones = {
  faster_rcnn_R_18_FPN: 'resnet18',
  faster_rcnn_R_34_FPN: 'resnet34',
  faster_rcnn_R_50_FPN: 'resnet50',
  faster_rcnn_R_101_FPN: 'resnet101',
  faster_rcnn_MV2_FPN: 'mobilenet_v2',
};

const named = (
  names: Backbones,
  make: (backbone: BackboneName, options: FasterRCNNOptions) => Detector,
): Models =>
  Object.fromEntries(
    Object.entries(names).map(([name, backbone]) => [
      name,
      (options: FasterRCNNOptions) => make(backbone, options),
    ]),
  );

/** In torchvision's dialect. */
export const torchvisionFasterRCNNs: Models = named(
  ofTorchvision,
  (backbone, options) => new TorchvisionFasterRCNN(backbone, options),
);

/** In detectron2's. */
export const detectron2FasterRCNNs: Models = named(
  ofDetectron2,
  (backbone, options) => new Detectron2FasterRCNN(backbone, options),
);

/** The detector of the other dialect with the same backbone; null of a name that is none of theirs. @example inOtherDialect('faster_rcnn_R_50_FPN') // 'fasterrcnn_resnet50_fpn' */
export function inOtherDialect(name: string): string | null {
  for (const [own, others] of [
    [ofTorchvision, ofDetectron2],
    [ofDetectron2, ofTorchvision],
  ] as const)
    if (Object.hasOwn(own, name))
      return Object.keys(others).find((other) => others[other] === own[name]) ?? null;
  return null;
}
