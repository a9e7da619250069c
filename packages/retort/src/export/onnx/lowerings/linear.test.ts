/** Linear layers and products of matrices as ONNX files, beside the engine. */
import { suite } from 'node:test';
import { aten, functional, nn, randn, setNumThreads, type Tensor } from '@retort/torch';
import { testExports, tried } from '../../../../reference/exported.ts';

setNumThreads(1);

const weight = (...shape: number[]) => ({ weight: new nn.Parameter(randn(shape)) });

suite('linear layers', () => {
  testExports({
    'of features': {
      of: () => tried((x, { fc }) => fc.forward(x.flatten(1)), { fc: new nn.Linear(378, 5) }),
      nodes: ['Reshape', 'Gemm'],
    },
    'of features, without bias': {
      of: () =>
        tried((x, { fc }) => fc.forward(x.flatten(1)), { fc: new nn.Linear(378, 5, { bias: false }) }),
      nodes: ['Reshape', 'Gemm'],
    },
    'of tokens': {
      of: () => tried((x, { fc }) => fc.forward(x), { fc: new nn.Linear(7, 5) }),
      nodes: ['Reshape', 'Gemm', 'Reshape'],
    },
    'of tokens and of one vector that all images share': {
      of: () =>
        tried((x, { fc }) => fc.forward(x).add(fc.forward(x.mean([0, 1, 2]))), { fc: new nn.Linear(7, 5) }),
    },
    'of tokens, without bias': {
      of: () => tried((x, { fc }) => fc.forward(x), { fc: new nn.Linear(7, 5, { bias: false }) }),
      nodes: ['MatMul', 'Reshape'],
    },
    'one for tokens and for features': {
      of: () =>
        tried((x, { fc }) => fc.forward(x.mean([1, 2])).add(fc.forward(x).mean([1, 2])), {
          fc: new nn.Linear(7, 5),
        }),
    },
    'whose weight images make': {
      of: () => tried((x: Tensor) => functional.linear(x, x.mean([0, 1]).exp())),
    },
  });
});

suite('products', () => {
  testExports({
    'matmul by a parameter': { of: () => tried((x, { weight }) => x.matmul(weight), weight(7, 4)) },
    'matmul of images by themselves': { of: () => tried((x: Tensor) => x.matmul(x.transpose(2, 3))) },
    'matmul from the left': { of: () => tried((x, { weight }) => weight.matmul(x), weight(4, 9)) },
    'matmul by a vector': { of: () => tried((x, { weight }) => x.matmul(weight), weight(7)) },
    'matmul of a stack': { of: () => tried((x, { weight }) => x.matmul(weight), weight(6, 7, 2)) },
    mm: { of: () => tried((x, { weight }) => x.flatten(1).mm(weight), weight(378, 3)) },
    bmm: { of: () => tried((x: Tensor) => x.flatten(2).bmm(x.flatten(2).transpose(1, 2))) },
    mv: {
      of: () =>
        tried(
          (x, { weight }) =>
            x
              .flatten(1)
              .mv(weight)
              .unsqueeze(1)
              .mul(x.mean([2, 3])),
          weight(378),
        ),
    },
    dot: {
      of: () => tried((x, { weight }) => x.mean([2, 3]).mul(weight.dot(x.mean([0, 2, 3]))), weight(6)),
    },
    addmm: {
      of: () =>
        tried((x, { weight, bias }) => bias.addmm(x.flatten(1), weight, { beta: 0.5, alpha: 2 }), {
          ...weight(378, 3),
          bias: new nn.Parameter(randn([3])),
        }),
      nodes: ['Reshape', 'Gemm'],
    },
    einsum: {
      of: () => tried((x, { weight }) => aten.einsum('bchw,wk->bhkc', [x, weight]), weight(7, 2)),
      nodes: ['Einsum', 'Reshape'],
    },
  });
});
