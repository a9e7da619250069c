/** Convolutions whose gradients libtorch 2.15 itself computes wrongly, or writes beyond their memory, with some instructions. */
import type { Convolution } from './case.ts';

const plain = {
  dtype: 'float32',
  threads: 1,
  channelsLast: { input: true, weight: false, gradient: false },
  bias: true,
  padding: [0, 0],
  dilation: [1, 1],
  transposed: false,
  outputPadding: [0, 0],
  groups: 1,
} as const;

export const found: readonly Convolution[] = [
  // Memory after a scratch buffer is written to, with AVX2.
  { ...plain, input: [2, 7, 11, 8], weight: [2, 7, 1, 1], stride: [1, 2] },
  // The same, within a buffer: a wrong gradient.
  { ...plain, threads: 2, input: [2, 2, 10, 8], weight: [25, 2, 1, 1], stride: [2, 2] },
  // With AVX2 and with AVX-512.
  {
    ...plain,
    threads: 2,
    channelsLast: { input: true, weight: false, gradient: true },
    input: [11, 3, 11, 2],
    weight: [3, 2, 1, 1],
    stride: [1, 2],
    transposed: true,
    outputPadding: [0, 1],
  },
  // With AVX-512.
  { ...plain, threads: 2, input: [3, 12, 10, 10], weight: [3, 12, 1, 1], stride: [1, 2] },
  { ...plain, dtype: 'bfloat16', threads: 2, input: [3, 15, 10, 10], weight: [3, 15, 1, 1], stride: [1, 2] },
  { ...plain, dtype: 'bfloat16', threads: 2, input: [1, 8, 12, 17], weight: [8, 8, 1, 1], stride: [3, 1] },
  // A row shorter than the stride, with AVX-512: a gradient of what was in memory before.
  {
    ...plain,
    dtype: 'bfloat16',
    input: [3, 5, 14, 1],
    weight: [6, 5, 7, 7],
    stride: [3, 3],
    padding: [0, 3],
  },
  {
    ...plain,
    dtype: 'bfloat16',
    input: [4, 16, 1, 1],
    weight: [8, 16, 3, 3],
    stride: [2, 2],
    padding: [1, 1],
  },
  // Less deep than the kernel, with AVX-512 and with its bf16: the same.
  {
    ...plain,
    dtype: 'bfloat16',
    channelsLast: { input: true, weight: true, gradient: true },
    input: [2, 6, 1, 6, 1],
    weight: [6, 1, 2, 2, 2],
    stride: [1, 1, 1],
    padding: [1, 1, 1],
    dilation: [1, 1, 1],
    outputPadding: [0, 0, 0],
    groups: 6,
  },
  {
    ...plain,
    dtype: 'bfloat16',
    channelsLast: { input: true, weight: true, gradient: true },
    input: [1, 6, 2, 5, 4],
    weight: [6, 6, 3, 1, 3],
    stride: [1, 1, 1],
    padding: [1, 0, 2],
    dilation: [1, 1, 1],
    outputPadding: [0, 0, 0],
  },
];
