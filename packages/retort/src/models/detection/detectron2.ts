/** Faster R-CNN under detectron2's keys, with its fresh weights, seed for seed: `faster_rcnn_R_50_FPN_3x.yaml`, and mdistiller's students. */
import { nn, scope, type Tensor } from '@retort/torch';
import type { BackboneName, Body, Widths } from './bodies.ts';
import { detectron2BodyOf } from './detectron2-bodies.ts';
import { type BoxPredictor, FasterRCNN, type Heads, type Proposing } from './faster-rcnn.ts';
import { coarsest, fillUniform, pyramidOf, width } from './fpn.ts';
import { frozenBelow } from './freeze.ts';
import { detectron2Layout } from './layouts.ts';
import { renorm } from './norms.ts';
import { backboneTraining, type FasterRCNNOptions, layerCount, settingsOf } from './options.ts';
import { cells } from './pooling.ts';

/** Numbers that the heads make of what is within a box. */
const representation = 1024;

function fillNormal(layer: nn.Conv2d | nn.Linear, std: number): void {
  nn.init.normal_(layer.weight, 0, std);
  if (layer.bias) nn.init.zeros_(layer.bias);
}

/** detectron2's FPN, in which the backbone lies. */
class Pyramid extends nn.Module {
  readonly fpn_lateral2: nn.Conv2d;
  readonly fpn_output2: nn.Conv2d;
  readonly fpn_lateral3: nn.Conv2d;
  readonly fpn_output3: nn.Conv2d;
  readonly fpn_lateral4: nn.Conv2d;
  readonly fpn_output4: nn.Conv2d;
  readonly fpn_lateral5: nn.Conv2d;
  readonly fpn_output5: nn.Conv2d;
  readonly top_block: nn.MaxPool2d;
  readonly bottom_up: Body;

  constructor(body: Body, widths: Widths) {
    super();
    const level = (channels: number): readonly [lateral: nn.Conv2d, output: nn.Conv2d] => {
      const lateral = new nn.Conv2d(channels, width, 1);
      const output = new nn.Conv2d(width, width, 3, { padding: 1 });
      fillUniform(lateral);
      fillUniform(output);
      return [lateral, output];
    };
    [this.fpn_lateral2, this.fpn_output2] = level(widths[0]);
    [this.fpn_lateral3, this.fpn_output3] = level(widths[1]);
    [this.fpn_lateral4, this.fpn_output4] = level(widths[2]);
    [this.fpn_lateral5, this.fpn_output5] = level(widths[3]);
    this.top_block = coarsest();
    this.bottom_up = body;
  }

  forward(images: Tensor): Tensor[] {
    const layers = [
      { lateral: this.fpn_lateral2, output: this.fpn_output2 },
      { lateral: this.fpn_lateral3, output: this.fpn_output3 },
      { lateral: this.fpn_lateral4, output: this.fpn_output4 },
      { lateral: this.fpn_lateral5, output: this.fpn_output5 },
    ];
    return pyramidOf(this.bottom_up.maps(images), layers, this.top_block);
  }
}

/** detectron2's StandardRPNHead. */
class ProposalHead extends nn.Module {
  readonly conv: nn.Conv2d;
  readonly objectness_logits: nn.Conv2d;
  readonly anchor_deltas: nn.Conv2d;

  constructor(anchors: number) {
    super();
    this.conv = new nn.Conv2d(width, width, 3, { padding: 1 });
    this.objectness_logits = new nn.Conv2d(width, anchors, 1);
    this.anchor_deltas = new nn.Conv2d(width, 4 * anchors, 1);
    for (const layer of [this.conv, this.objectness_logits, this.anchor_deltas]) fillNormal(layer, 0.01);
  }

  forward(map: Tensor): Proposing {
    const inner = this.conv.forward(map).relu_();
    return { objectness: this.objectness_logits.forward(inner), deltas: this.anchor_deltas.forward(inner) };
  }
}

/** detectron2's RPN, of which the head has weights. */
class ProposalNetwork extends nn.Module {
  readonly rpn_head: ProposalHead;

  constructor(anchors: number) {
    super();
    this.rpn_head = new ProposalHead(anchors);
  }

  forward(map: Tensor): Proposing {
    return this.rpn_head.forward(map);
  }
}

/** detectron2's FastRCNNConvFCHead with two linear layers. */
class BoxHead extends nn.Layer {
  readonly fc1: nn.Linear;
  readonly fc2: nn.Linear;

  constructor() {
    super();
    this.fc1 = new nn.Linear(width * cells ** 2, representation);
    this.fc2 = new nn.Linear(representation, representation);
    for (const layer of [this.fc1, this.fc2]) fillUniform(layer);
  }

  forward(within: Tensor): Tensor {
    return scope(() => this.fc2.forward(this.fc1.forward(within.flatten(1)).relu_()).relu_());
  }
}

/** detectron2's FastRCNNOutputLayers. */
class Predictor extends nn.Module implements BoxPredictor {
  readonly cls_score: nn.Linear;
  readonly bbox_pred: nn.Linear;

  constructor(classes: number) {
    super();
    this.cls_score = new nn.Linear(representation, classes + 1);
    this.bbox_pred = new nn.Linear(representation, 4 * classes);
    fillNormal(this.cls_score, 0.01);
    fillNormal(this.bbox_pred, 0.001);
  }

  forward(x: Tensor): Heads {
    return { logits: this.cls_score.forward(x), deltas: this.bbox_pred.forward(x) };
  }
}

/** detectron2's StandardROIHeads. */
class RoIHeads extends nn.Module {
  readonly box_head: BoxHead;
  readonly box_predictor: Predictor;

  constructor(classes: number) {
    super();
    this.box_head = new BoxHead();
    this.box_predictor = new Predictor(classes);
  }

  forward(within: Tensor): Heads {
    return this.box_predictor.forward(this.box_head.forward(within));
  }
}

/** How many of five layers are trained of a backbone with weights: all but the stem and res2 (`FREEZE_AT: 2`), and of MobileNetV2, as mdistiller has it, all. */
const usuallyTrained = (backbone: BackboneName): number => (backbone === 'mobilenet_v2' ? layerCount : 3);

/** Faster R-CNN as detectron2 has it. */
export class Detectron2FasterRCNN extends FasterRCNN {
  readonly backbone: Pyramid;
  readonly proposal_generator: ProposalNetwork;
  readonly roi_heads: RoIHeads;

  /** @throws RangeError for frozen layers or statistics of fresh weights, and for settings that are none */
  constructor(backbone: BackboneName, options: FasterRCNNOptions) {
    const { classes, channels = 3, strideFirst = true } = options;
    const settings = settingsOf('detectron2', options);
    const bottom = 'backbone.bottom_up';
    const levels = [2, 3, 4, 5];
    const anatomy = {
      stem: `${bottom}.${backbone === 'mobilenet_v2' ? 'features.0' : 'stem'}`,
      stages: [...levels.map((level) => `backbone.fpn_output${level}`), 'backbone.top_block'],
      penultimate: 'roi_heads.box_predictor.cls_score:input',
      classifier: ['roi_heads.box_predictor.cls_score', 'roi_heads.box_predictor.bbox_pred'],
      others: 1,
      head: [
        ...levels.flatMap((level) => [`backbone.fpn_lateral${level}`, `backbone.fpn_output${level}`]),
        ...['proposal_generator', 'roi_heads'],
      ],
    };
    super({ settings, anatomy, classes, channels });
    const { batchNorm, trainableLayers } = backboneTraining(options, usuallyTrained(backbone));
    const made = detectron2BodyOf(backbone, { channels, batchNorm, strideFirst });
    const frozen = frozenBelow(made.body, made.layers, trainableLayers);
    // What is not trained does not move its statistics either.
    for (const layer of frozen) renorm(layer, batchNorm === 'trained' ? 'frozen' : batchNorm);
    this.backbone = new Pyramid(made.body, made.widths);
    this.proposal_generator = new ProposalNetwork(settings.anchors.ratios.length);
    this.roi_heads = new RoIHeads(classes);
  }

  proposing(map: Tensor): Proposing {
    return this.proposal_generator.forward(map);
  }

  get isBackgroundFirst(): boolean {
    return false;
  }

  /**
   * Of detectron2's files with what they hold beside weights, of mdistiller's without the teacher in them, and of a classifier that is its
   * backbone, as torchvision has it or as detectron2's own files do; null of others.
   */
  ownLayout(weights: nn.StateDict): nn.StateDict | null {
    return detectron2Layout(weights);
  }
}
