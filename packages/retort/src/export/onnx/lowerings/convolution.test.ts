/** Convolutions as ONNX files, beside the engine. */
import { suite, test } from 'node:test';
import { aten, functional, nn, randn, setNumThreads, type Tensor } from '@retort/torch';
import { assertRefused, type Case, testExports, tried } from '../../../../reference/exported.ts';

setNumThreads(1);

const conv = (...given: ConstructorParameters<typeof nn.Conv2d>): Case => ({
  of: () => tried((x, { conv }) => conv.forward(x), { conv: new nn.Conv2d(...given) }),
  nodes: ['Conv', 'Reshape'],
});

const conv1d = (...given: ConstructorParameters<typeof nn.Conv1d>): Case => ({
  of: () => tried((x, { conv }) => conv.forward(x.flatten(2)), { conv: new nn.Conv1d(...given) }),
});

const transposed = (...given: ConstructorParameters<typeof nn.ConvTranspose2d>): Case => ({
  of: () => tried((x, { conv }) => conv.forward(x), { conv: new nn.ConvTranspose2d(...given) }),
  nodes: ['ConvTranspose', 'Reshape'],
});

suite('convolutions', () => {
  testExports({
    plain: conv(6, 5, 3),
    'without bias': conv(6, 5, 3, { bias: false }),
    'with other sides': conv(6, 5, [3, 2]),
    strided: conv(6, 5, 3, { stride: 2, padding: 1 }),
    'strided and padded by side': conv(6, 5, [3, 5], { stride: [3, 1], padding: [0, 2] }),
    dilated: conv(6, 5, 3, { dilation: [2, 1], padding: [2, 1] }),
    grouped: conv(6, 9, 3, { groups: 3, padding: 1 }),
    depthwise: conv(6, 12, 3, { groups: 6, stride: 2 }),
    'of one pixel': conv(6, 4, 1),
    "padded by 'same'": conv(6, 5, 3, { padding: 'same' }),
    "padded by 'same', which is asymmetric for even kernels": conv(6, 5, [4, 2], { padding: 'same' }),
    "padded by 'same', dilated": conv(6, 5, [3, 2], { padding: 'same', dilation: [2, 3] }),
    "padded by 'valid'": conv(6, 5, 3, { padding: 'valid', stride: 2 }),
    'padded by reflection': {
      ...conv(6, 5, 3, { padding: 1, paddingMode: 'reflect' }),
      nodes: ['Pad', 'Conv', 'Reshape'],
    },
    'padded by the edge': {
      ...conv(6, 5, 3, { padding: [2, 1], paddingMode: 'replicate' }),
      nodes: ['Pad', 'Conv', 'Reshape'],
    },
    'padded by the other end': (({ nodes: _, ...rest }) => rest)(
      conv(6, 5, 3, { padding: [2, 1], paddingMode: 'circular' }),
    ),
    'with zeros around the images, which are its own then': {
      of: () =>
        tried((x, { conv }) => conv.forward(functional.pad(x, [0, 1, 2, 1])), {
          conv: new nn.Conv2d(6, 5, 3, { stride: 2, padding: 1 }),
        }),
      nodes: ['Conv', 'Reshape'],
    },
    'with a number around the images, which is not': {
      of: () =>
        tried((x, { conv }) => conv.forward(functional.pad(x, [0, 1, 2, 1], { value: 1.5 })), {
          conv: new nn.Conv2d(6, 5, 3),
        }),
      nodes: ['Pad', 'Conv', 'Reshape'],
    },
    'with padded images that are taken twice': {
      of: () =>
        tried(
          (x, { conv }) => {
            const padded = functional.pad(x, [1, 1, 1, 1]);
            return conv.forward(padded).add(padded);
          },
          { conv: new nn.Conv2d(6, 6, 3, { padding: 1 }) },
        ),
      nodes: ['Pad', 'Conv', 'Add', 'Reshape'],
    },
    'with channels that are padded, which no convolution does': {
      of: () =>
        tried((x, { conv }) => conv.forward(functional.pad(x, [0, 0, 0, 0, 1, 1])), {
          conv: new nn.Conv2d(8, 5, 3),
        }),
      nodes: ['Pad', 'Conv', 'Reshape'],
    },
    'with cropped images': {
      of: () =>
        tried((x, { conv }) => conv.forward(functional.pad(x, [-1, 0, 0, -2])), {
          conv: new nn.Conv2d(6, 5, 3, { padding: 1 }),
        }),
      nodes: ['Pad', 'Conv', 'Reshape'],
    },
    'with a weight that images make': {
      of: () =>
        tried((x, { conv }) => functional.conv2d(x, conv.weight.mul(x.mean([0, 2, 3], true))), {
          conv: new nn.Conv2d(6, 5, 3),
        }),
    },
    'through aten::convolution': {
      of: () =>
        tried(
          (x, { conv }) =>
            aten.convolution(x, conv.weight, conv.bias, [2, 1], [1, 0], [1, 2], false, [0, 0], 3),
          { conv: new nn.Conv2d(6, 9, 3, { groups: 3 }) },
        ),
    },
    'of sequences': conv1d(6, 5, 4, { stride: 3, padding: 2 }),
    "of sequences, padded by 'same'": conv1d(6, 4, 4, { padding: 'same', dilation: 3, groups: 2 }),
    'of volumes': {
      of: () =>
        tried((x, { weight }) => aten.conv3d(x.unsqueeze(1), weight, null, [2, 1, 1], [1, 0, 1]), {
          weight: new nn.Parameter(randn([3, 1, 3, 2, 3])),
        }),
    },
  });
});

suite('transposed convolutions', () => {
  testExports({
    plain: transposed(6, 5, 3),
    strided: transposed(6, 5, 3, { stride: 2, padding: 1 }),
    'with output padding': transposed(6, 5, 3, { stride: [2, 3], padding: 1, outputPadding: [1, 2] }),
    'grouped and dilated': transposed(6, 4, [2, 3], { groups: 2, dilation: [1, 2], bias: false }),
    'through aten::convolution': {
      of: () =>
        tried(
          (x, { conv }) =>
            aten.convolution(x, conv.weight, conv.bias, [2, 2], [1, 1], [1, 1], true, [1, 0], 2),
          { conv: new nn.ConvTranspose2d(6, 4, 3, { groups: 2 }) },
        ),
    },
  });
});

test('a convolution of an image without a batch is refused', () =>
  assertRefused(
    tried(
      (x: Tensor, { conv }) =>
        conv
          .forward(x.mean([0]))
          .flatten()
          .unsqueeze(0)
          .expand([x.size(0), -1]),
      {
        conv: new nn.Conv2d(6, 2, 3),
      },
    ),
    /^aten::conv2d in 'conv' cannot be exported: its input must have the batch as its first dimension$/,
  ));
