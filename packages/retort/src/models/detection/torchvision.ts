/** Faster R-CNN under torchvision's keys, with its fresh weights, seed for seed: `fasterrcnn_resnet50_fpn` and the same on other backbones. */
import { nn, scope, type Tensor } from '@retort/torch';
import { type BackboneName, type Body, bodyOf, type Widths } from './bodies.ts';
import { type BoxPredictor, FasterRCNN, type Heads, type Proposing } from './faster-rcnn.ts';
import { coarsest, fillUniform, pyramidOf, width } from './fpn.ts';
import { frozenBelow } from './freeze.ts';
import { torchvisionLayout } from './layouts.ts';
import { backboneTraining, type FasterRCNNOptions, settingsOf } from './options.ts';
import { cells } from './pooling.ts';

/** Numbers that the heads make of what is within a box. */
const representation = 1024;

/** torchvision's FeaturePyramidNetwork. */
class Pyramid extends nn.Module {
  readonly inner_blocks: nn.ModuleList<nn.Sequential>;
  readonly layer_blocks: nn.ModuleList<nn.Sequential>;
  readonly extra_blocks: nn.MaxPool2d;

  constructor(widths: Widths) {
    super();
    const [inner, layer]: [nn.Conv2d[], nn.Conv2d[]] = [[], []];
    for (const channels of widths) {
      inner.push(new nn.Conv2d(channels, width, 1));
      layer.push(new nn.Conv2d(width, width, 3, { padding: 1 }));
    }
    for (const convolution of [...inner, ...layer]) fillUniform(convolution);
    const listed = (convolutions: readonly nn.Conv2d[]) =>
      new nn.ModuleList(convolutions.map((convolution) => new nn.Sequential(convolution)));
    this.inner_blocks = listed(inner);
    this.layer_blocks = listed(layer);
    this.extra_blocks = coarsest();
  }

  forward(maps: readonly Tensor[]): Tensor[] {
    const outputs = [...this.layer_blocks];
    const layers = [...this.inner_blocks].flatMap((lateral, i) => {
      const output = outputs[i];
      return output ? [{ lateral, output }] : [];
    });
    return pyramidOf(maps, layers, this.extra_blocks);
  }
}

/** torchvision's BackboneWithFPN. */
class Backbone extends nn.Module {
  readonly body: Body;
  readonly fpn: Pyramid;

  constructor(body: Body, widths: Widths) {
    super();
    this.body = body;
    this.fpn = new Pyramid(widths);
  }

  forward(images: Tensor): Tensor[] {
    return this.fpn.forward(this.body.maps(images));
  }
}

/** torchvision's RPNHead. */
class ProposalHead extends nn.Module {
  readonly conv: nn.Sequential;
  readonly cls_logits: nn.Conv2d;
  readonly bbox_pred: nn.Conv2d;

  constructor(anchors: number) {
    super();
    const convolution = new nn.Conv2d(width, width, 3, { padding: 1 });
    this.conv = new nn.Sequential(new nn.Sequential(convolution, new nn.ReLU({ inplace: true })));
    this.cls_logits = new nn.Conv2d(width, anchors, 1);
    this.bbox_pred = new nn.Conv2d(width, 4 * anchors, 1);
    for (const { weight, bias } of [convolution, this.cls_logits, this.bbox_pred]) {
      nn.init.normal_(weight, 0, 0.01);
      if (bias) nn.init.zeros_(bias);
    }
  }

  forward(map: Tensor): Proposing {
    const inner = this.conv.forward(map);
    return { objectness: this.cls_logits.forward(inner), deltas: this.bbox_pred.forward(inner) };
  }
}

/** torchvision's RegionProposalNetwork, of which the head has weights. */
class ProposalNetwork extends nn.Module {
  readonly head: ProposalHead;

  constructor(anchors: number) {
    super();
    this.head = new ProposalHead(anchors);
  }

  forward(map: Tensor): Proposing {
    return this.head.forward(map);
  }
}

/** torchvision's TwoMLPHead. */
class BoxHead extends nn.Layer {
  readonly fc6: nn.Linear;
  readonly fc7: nn.Linear;

  constructor() {
    super();
    this.fc6 = new nn.Linear(width * cells ** 2, representation);
    this.fc7 = new nn.Linear(representation, representation);
  }

  forward(within: Tensor): Tensor {
    return scope(() => this.fc7.forward(this.fc6.forward(within.flatten(1)).relu_()).relu_());
  }
}

/** torchvision's FastRCNNPredictor. */
class Predictor extends nn.Module implements BoxPredictor {
  readonly cls_score: nn.Linear;
  readonly bbox_pred: nn.Linear;

  constructor(classes: number) {
    super();
    this.cls_score = new nn.Linear(representation, classes + 1);
    this.bbox_pred = new nn.Linear(representation, 4 * (classes + 1));
  }

  forward(x: Tensor): Heads {
    return { logits: this.cls_score.forward(x), deltas: this.bbox_pred.forward(x) };
  }
}

/** torchvision's RoIHeads. */
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

/** Faster R-CNN as torchvision has it. */
export class TorchvisionFasterRCNN extends FasterRCNN {
  readonly backbone: Backbone;
  readonly rpn: ProposalNetwork;
  readonly roi_heads: RoIHeads;

  /** @throws RangeError for frozen layers or statistics of fresh weights, and for settings that are none */
  constructor(backbone: BackboneName, options: FasterRCNNOptions) {
    const { classes, channels = 3, strideFirst = false } = options;
    const settings = settingsOf('torchvision', options);
    const stage = (i: number): string => `backbone.fpn.layer_blocks.${i}`;
    const anatomy = {
      stem: backbone === 'mobilenet_v2' ? 'backbone.body.0' : 'backbone.body.maxpool',
      stages: [...[0, 1, 2, 3].map(stage), 'backbone.fpn.extra_blocks'],
      penultimate: 'roi_heads.box_predictor.cls_score:input',
      classifier: ['roi_heads.box_predictor.cls_score', 'roi_heads.box_predictor.bbox_pred'],
      others: 1,
      head: ['backbone.fpn', 'rpn', 'roi_heads'],
    };
    super({ settings, anatomy, classes, channels });
    const { batchNorm, trainableLayers } = backboneTraining(options, 3);
    const { body, widths, layers } = bodyOf(backbone, { channels, batchNorm, strideFirst });
    frozenBelow(body, layers, trainableLayers);
    this.backbone = new Backbone(body, widths);
    this.rpn = new ProposalNetwork(settings.anchors.ratios.length);
    this.roi_heads = new RoIHeads(classes);
  }

  proposing(map: Tensor): Proposing {
    return this.rpn.forward(map);
  }

  get isBackgroundFirst(): boolean {
    return true;
  }

  /**
   * Of files from before torchvision 0.14, whose pyramid and region proposal network have other names; of a classifier that is its backbone; null
   * of others.
   */
  ownLayout(weights: nn.StateDict): nn.StateDict | null {
    return torchvisionLayout(weights);
  }
}
