/** What is computed element by element, as ONNX files, beside the engine. */
import { suite, test } from 'node:test';
import { aten, functional, nn, op, randn, setNumThreads, type Tensor, tensor } from '@retort/torch';
import { assertRefused, type Case, testExports, tried } from '../../../../reference/exported.ts';

setNumThreads(1);

const of = (forward: (x: Tensor) => Tensor): Case => ({
  of: () => tried((x: Tensor) => forward(x).to('float32')),
});
const whole = (x: Tensor): Tensor => x.mul(3).to('int64');
const positive = (x: Tensor): Tensor => x.abs().add(0.1);
/** Several of each of few numbers. */
const few = (x: Tensor): Tensor => x.round();
const rounded = op('aten::round.decimals');

suite('arithmetic', () => {
  testExports({
    'add with alpha': of((x) => x.add(x.sigmoid(), { alpha: 0.3 })),
    'add of a number': of((x) => x.add(0.7)),
    'add of a channel to each': of((x) => x.add(x.mean([2, 3], true))),
    'add of a parameter that has fewer dimensions': {
      of: () => tried((x, { bias }) => x.add(bias), { bias: new nn.Parameter(randn([9, 1])) }),
      nodes: ['Add', 'Reshape'],
    },
    'add of what is the larger by a dimension': of((x) => x.mean([2, 3]).add(x.reshape([-1, 6]).mean(0))),
    'sub with alpha': of((x) => x.sub(x.exp(), { alpha: -2 })),
    'rsub with alpha': of((x) => x.rsub(3, 2)),
    'rsub of a tensor': of((x) => x.rsub(x.tanh())),
    'mul of images by one another': of((x) => x.mul(x.flip([0]))),
    'div by a number': of((x) => x.div(3)),
    'div by a tensor': of((x) => x.div(positive(x.mean([1], true)))),
    'div to the floor': of((x) => x.mul(5).div(1.5, { roundingMode: 'floor' })),
    'div to zero': of((x) => x.mul(5).div(1.5, { roundingMode: 'trunc' })),
    'div of whole numbers, which gives others': of((x) => whole(x).div(4)),
    'div of whole numbers by whole numbers': of((x) => whole(x).div(whole(x).abs().add(1))),
    'whole numbers and others': of((x) => whole(x).add(x).mul(2)),
    'whole numbers and a number that is none': of((x) => whole(x).mul(0.5).add(0.25)),
    'whole numbers of two widths': of((x) => whole(x).add(x.mul(2).to('int32'))),
    'truths and numbers': of((x) => x.gt(0).add(x).mul(x.lt(0.5))),
    'maximum and minimum': of((x) => x.maximum(x.flip([1])).minimum(tensor(1.2))),
    'max and min of two': of((x) => x.max(x.mul(-0.5)).min(x.exp())),
    'maximum of whole numbers and others': of((x) => whole(x).maximum(x)),
    square: of((x) => x.square()),
    'power of 2': of((x) => x.pow(2)),
    'power of 3': of((x) => x.pow(3)),
    'power of -1.5': of((x) => positive(x).pow(-1.5)),
    'power of a half': of((x) => positive(x).pow(0.5)),
    'power of a tensor': of((x) => positive(x).pow(x)),
    'power of a number': of((x) => aten.pow(2, x)),
    'power of whole numbers': of((x) => whole(x).pow(2)),
    addcmul: of((x) => x.addcmul(x.tanh(), x.exp(), { value: 0.3 })),
    addcdiv: of((x) => x.addcdiv(x.tanh(), positive(x), { value: -0.3 })),
    'neg and abs': of((x) => x.neg().abs().neg()),
    sqrt: of((x) => positive(x).sqrt()),
    rsqrt: of((x) => positive(x).rsqrt()),
    reciprocal: of((x) => positive(x).reciprocal()),
    'exp and log': of((x) => x.exp().add(0.5).log()),
    'log1p and expm1': of((x) => x.expm1().abs().log1p()),
    'erf, sin and cos': of((x) => x.erf().add(x.sin()).add(x.cos())),
    'floor, ceil and sign': of((x) => x.mul(3).floor().add(x.mul(5).ceil()).add(x.sign())),
    'round, halves to even': of((x) => x.mul(4).floor().div(2).round()),
    'floor of whole numbers': of((x) => whole(x).floor()),
    'sqrt of whole numbers': of((x) => whole(x).abs().sqrt()),
    'eq and ne': of((x) =>
      few(x)
        .eq(few(x.flip([3])))
        .logical_or(few(x).ne(1)),
    ),
    'gt, ge, lt and le': of((x) =>
      few(x).gt(0).to('float32').add(few(x).ge(0)).add(few(x).lt(1)).add(few(x).le(1)),
    ),
    'whole numbers compared with one that is none': of((x) =>
      whole(x).gt(0.5).to('float32').add(whole(x).le(-1.5)),
    ),
    'whole numbers compared with others': of((x) =>
      whole(x).ge(x.mul(2.5)).to('float32').add(whole(x).eq(x)),
    ),
    'numbers compared with whole numbers': of((x) => x.mul(2.5).lt(whole(x)).to('float32').add(x)),
    'truths compared': of((x) =>
      x
        .gt(0)
        .eq(x.lt(0.5))
        .to('float32')
        .add(x.gt(0).gt(x.lt(1))),
    ),
    'and, or and not': of((x) => x.gt(0).logical_and(x.lt(1)).logical_or(x.round()).logical_not()),
    where: of((x) => aten.where(x.gt(0), x, x.exp())),
    'where of a number': of((x) => aten.where(x.gt(0), x, 0.5)),
    'where, broadcast': of((x) => aten.where(x.mean([1], true).gt(0), x, x.mean([2], true))),
    'where of whole numbers and others': of((x) => aten.where(x.gt(0), whole(x), x)),
    'masked fill': of((x) => x.masked_fill(x.gt(0.5), -3)),
    'masked fill by infinity': of((x) => x.masked_fill(x.gt(0.5), Number.NEGATIVE_INFINITY).softmax(-1)),
    'masked fill by a tensor': of((x) => x.masked_fill(x.gt(0.5), x.mean())),
    'to whole numbers, to truths': of((x) =>
      x.mul(3).to('int32').to('bool').to('float32').add(x.mul(2).to('uint8').to('float32').mul(0)),
    ),
    'through float64': of((x) => x.to('float64').mul(1.5).exp().to('float32')),
    'type_as, clone and contiguous': of((x) =>
      whole(x).type_as(x).add(x.transpose(2, 3).clone().contiguous().transpose(2, 3)),
    ),
    'dropout of evaluation': {
      of: () =>
        tried((x, { one, two }) => two.forward(one.forward(x.exp())), {
          one: new nn.Dropout(0.5),
          two: new nn.Dropout2d(0.5),
        }),
      nodes: ['Exp', 'Reshape'],
    },
    'changes in place that views made later see': of((x) => {
      const made = x.mul(2);
      made.masked_fill_(x.gt(1), -1).relu_();
      return made.narrow(1, 1, 3).add(made.flip([1]).narrow(1, 0, 3));
    }),
    'changes in place of what is its own': of((x) => x.mul(2).add_(1).mul_(x).clamp_(-1, 2).div_(3)),
  });

  test('what changes a tensor in place that others see is refused', async () => {
    await assertRefused(
      tried((x: Tensor) => {
        const copy = x.mul(2);
        copy.narrow(1, 0, 1).add_(1);
        return copy;
      }),
      /^aten::add_\.Scalar in the network itself cannot be exported: it changes a tensor in place that others may see: write it without the underscore \(add\)$/,
    );
    await assertRefused(
      tried((x: Tensor) => x.mul(2).zero_().add(x)),
      /^aten::zero_ .* \(zero\)$/,
    );
    await assertRefused(
      tried((x: Tensor) => x.add_(1)),
      /in place that others may see/,
    );
  });

  test('what would silently be something else is refused', async () => {
    await assertRefused(
      tried((x: Tensor) => rounded(x, { decimals: 1 })),
      /^aten::round\.decimals in the network itself cannot/,
    );
    await assertRefused(
      tried((x: Tensor) => whole(x).div(2, { roundingMode: 'floor' }).to('float32')),
      /whole numbers are divided with rounding$/,
    );
    await assertRefused(
      tried((x: Tensor) => functional.dropout(x, 0.5)),
      /random numbers/,
    );
  });

  test('an operator that there is not is named with its module', () =>
    assertRefused(
      tried((x, { inner }) => inner.forward(x), { inner: tried((x: Tensor) => x.cumsum(1).lerp(x, 0.5)) }),
      /^aten::lerp\.Scalar in 'inner' cannot be exported: it has no form in ONNX here$/,
    ));
});
