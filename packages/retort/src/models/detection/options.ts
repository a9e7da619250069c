/** What a detector of either dialect is made with. */
import { listed } from '../../words/listed.ts';
import type { ModelOptions } from '../options.ts';
import {
  type DetectionSettings,
  type Dialect,
  type DialectName,
  dialects,
  type HeadSettings,
  type ProposalSettings,
} from './dialects.ts';
import { type NormKind, normKinds } from './norms.ts';

export interface FasterRCNNOptions extends ModelOptions {
  /**
   * The norms of the backbone: `frozen` where weights will be read into it, as both originals have them then, and `trained` where it begins with
   * fresh ones, if it is left out.
   */
  readonly batchNorm?: NormKind;
  /** How many of the backbone's five layers are trained, counted from the last; 3 where weights will be read into it, all otherwise. */
  readonly trainableLayers?: number;
  /** Whether weights will be read into it, of the network or of its backbone; false where it is left out. */
  readonly pretrained?: boolean;
  /** Proposals of an image that its heads learn from; 512 where it is left out. */
  readonly samples?: number;
  /** Whether bottlenecks have their stride in the first convolution, as the weights of detectron2's ResNets; the dialect's where it is left out. */
  readonly strideFirst?: boolean;
  /** Where proposals are made otherwise than the dialect does. */
  readonly proposals?: Partial<ProposalSettings>;
  /** Where proposals are looked at otherwise. */
  readonly heads?: Partial<HeadSettings>;
  /** Where detections are made otherwise. */
  readonly detections?: Partial<DetectionSettings>;
}

/** Those of them that recipes name. */
export const detectorOptions = ['batchNorm', 'trainableLayers', 'samples', 'strideFirst'] as const;

/** A backbone has so many layers that are frozen one by one: its stem and four stages. */
export const layerCount = 5;

/** How its backbone is trained. */
export interface BackboneTraining {
  readonly batchNorm: NormKind;
  readonly trainableLayers: number;
}

/**
 * How the backbone of a detector is trained.
 *
 * @param usual  how many of its layers, where it begins with weights that are read
 * @throws RangeError for frozen layers or statistics of fresh weights, and for what is none of these
 */
export function backboneTraining(
  { batchNorm, trainableLayers, pretrained = false }: FasterRCNNOptions,
  usual: number,
): BackboneTraining {
  if (batchNorm !== undefined && !normKinds.includes(batchNorm))
    throw new RangeError(`batchNorm: '${String(batchNorm)}' is none: it is one of ${listed(normKinds)}`);
  if (batchNorm === 'frozen' && !pretrained)
    throw new RangeError(
      "batchNorm: frozen statistics would be those of fresh weights, which normalise nothing: begin with weights of the detector or of its backbone, or take 'trained' or 'group'",
    );
  const all = layerCount;
  if (trainableLayers === undefined)
    return {
      batchNorm: batchNorm ?? (pretrained ? 'frozen' : 'trained'),
      trainableLayers: pretrained ? usual : all,
    };
  if (!Number.isInteger(trainableLayers) || trainableLayers < 0 || trainableLayers > all)
    throw new RangeError(
      `trainableLayers: a backbone has ${all} layers, of which 0 to ${all} are trained, not ${trainableLayers}`,
    );
  if (trainableLayers < all && !pretrained)
    throw new RangeError(
      'trainableLayers: layers that are not trained would keep fresh weights: begin with weights of the detector or of its backbone, or leave it out',
    );
  return { batchNorm: batchNorm ?? (pretrained ? 'frozen' : 'trained'), trainableLayers };
}

/** @throws RangeError for what is no number of samples */
function checkSamples(samples: number): void {
  if (!Number.isInteger(samples) || samples < 1)
    throw new RangeError(`samples: heads learn from at least one proposal of an image, not from ${samples}`);
}

/** A dialect with what the options have otherwise. */
export function settingsOf(
  name: DialectName,
  { samples, proposals, heads, detections }: FasterRCNNOptions,
): Dialect {
  if (samples !== undefined) checkSamples(samples);
  const dialect = dialects[name];
  return {
    ...dialect,
    proposals: { ...dialect.proposals, ...proposals },
    heads: { ...dialect.heads, ...(samples === undefined ? {} : { samples }), ...heads },
    detections: { ...dialect.detections, ...detections },
  };
}
