/** Activations as ONNX files, beside the engine. */
import { suite, test } from 'node:test';
import { functional, nn, setNumThreads, type Tensor, tensor } from '@retort/torch';
import { assertRefused, type Case, testExports, tried } from '../../../../reference/exported.ts';

setNumThreads(1);

const of = (forward: (x: Tensor) => Tensor, ...nodes: readonly string[]): Case => ({
  of: () => tried((x: Tensor) => forward(x.mul(3))),
  ...(nodes.length > 0 ? { nodes: ['Mul', ...nodes, 'Reshape'] } : {}),
});

suite('activations', () => {
  testExports({
    relu: of((x) => functional.relu(x), 'Relu'),
    'relu in place': of((x) => x.relu_(), 'Relu'),
    relu6: of((x) => functional.relu6(x), 'Clip'),
    hardtanh: of((x) => functional.hardtanh(x, -0.5, 2), 'Clip'),
    sigmoid: of((x) => x.sigmoid(), 'Sigmoid'),
    tanh: of((x) => x.tanh(), 'Tanh'),
    'gelu by the error function': of((x) => functional.gelu(x), 'Div', 'Erf', 'Add', 'Mul', 'Mul'),
    'gelu by tanh': of((x) => functional.gelu(x, { approximate: 'tanh' })),
    silu: of((x) => functional.silu(x), 'Sigmoid', 'Mul'),
    mish: of((x) => functional.mish(x)),
    hardswish: of((x) => functional.hardswish(x), 'HardSwish'),
    hardsigmoid: of((x) => functional.hardsigmoid(x), 'HardSigmoid'),
    'leaky relu': of((x) => functional.leaky_relu(x, 0.2), 'LeakyRelu'),
    elu: of((x) => functional.elu(x, 0.7), 'Elu'),
    'elu with a scale': of((x) => x.elu(0.7, 1.5)),
    celu: of((x) => x.celu(0.7), 'Celu'),
    selu: of((x) => functional.selu(x), 'Selu'),
    softplus: of((x) => functional.softplus(x), 'Softplus'),
    'softplus with a beta': of((x) => functional.softplus(x.mul(9), 3)),
    'log sigmoid': of((x) => x.log_sigmoid()),
    threshold: of((x) => x.threshold(0.3, -2)),
    'glu over channels': of((x) => functional.glu(x, 1)),
    'glu over the last but one': { ...of((x) => functional.glu(x, -2)), images: [3, 8, 5] },
    softmax: of((x) => x.softmax(-1), 'Softmax'),
    'softmax over channels': of((x) => x.softmax(1), 'Softmax'),
    'softmax over the images': of((x) => x.softmax(0), 'Softmax'),
    'softmax of whole numbers': of((x) => x.to('int64').softmax(2, { dtype: 'float32' }).add(x)),
    'log softmax': of((x) => x.log_softmax(-2), 'LogSoftmax'),
    'prelu of one slope': {
      of: () => tried((x, { act }) => act.forward(x), { act: new nn.PReLU() }),
      nodes: ['PRelu', 'Reshape'],
    },
    'prelu of a slope a channel': {
      of: () => tried((x, { act }) => act.forward(x), { act: new nn.PReLU(6) }),
      nodes: ['PRelu', 'Reshape'],
    },
    'prelu of features': {
      of: () => tried((x, { act }) => act.forward(x.flatten(1)), { act: new nn.PReLU(378) }),
      nodes: ['Reshape', 'PRelu'],
    },
    'clamped on both sides': of((x) => x.clamp(-0.3, 1.1), 'Clip'),
    'clamped below': of((x) => x.clamp(-0.3), 'Clip'),
    'clamped above': of((x) => x.clamp({ max: 0.4 }), 'Clip'),
    'clamp_min and clamp_max': of((x) => x.clamp_min(-1).clamp_max(0.5), 'Clip', 'Clip'),
    'clamped by one number as a tensor': of((x) => x.clamp(tensor(-0.3), tensor(1.1))),
    'clamped by tensors': of((x) =>
      x.clamp(x.mean([0, 2, 3], true).sub(0.5), tensor([0.1, 0.2, 0.3, 1, 2, 3, 4])),
    ),
    'whole numbers, clamped': of((x) => x.to('int64').clamp(-2, 3).to('float32')),
  });

  test('an elu of a scaled input is refused', () =>
    assertRefused(
      tried((x: Tensor) => x.elu(1, 1, 2)),
      /^aten::elu in the network itself cannot be exported: its 'inputScale' must be 1$/,
    ));

  test('a glu that halves the batch is refused', () =>
    assertRefused(
      tried((x: Tensor) => functional.glu(x.repeat([2, 1, 1, 1]), 0)),
      /it halves the batch$/,
    ));
});
