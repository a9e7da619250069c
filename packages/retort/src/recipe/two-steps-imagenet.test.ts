import { atThirtyTwo, twoSteps } from '../../reference/two-steps.ts';

/** One of each family, and of each of its settings; shapes.test.ts has all. */
const chosen: Readonly<Record<string, readonly string[]>> = {
  'ofa/imagenet': [
    'alone-resnet18',
    'ofa-deit_tiny-resnet18',
    'ofa-mixer_b16-swin_nano',
    'crd-convnext_tiny-deit_tiny',
    'dkd-swin_tiny-resmlp_12',
    'ofa-beitv2_base-CycleMLP_B3',
  ],
  'ofa/cifar100': ['teacher-convnext_tiny', 'ofa-vit_small-mobilenetv2'],
  'crd/imagenet': ['review-resnet34-resnet18', 'kd-resnet50-MobileNetV1'],
  'srd/imagenet': ['resnet34-resnet18', 'regnety_160-deit_tiny'],
  'cskd/imagenet': ['resnet34-resnet18'],
  'dlkd/imagenet': ['resnet34-resnet18'],
  'self-supervised/imagenet': ['seed-moco-v2-resnet18'],
};

twoSteps((folder, name) => chosen[folder]?.includes(name) ?? false, atThirtyTwo);
