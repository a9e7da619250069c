/** Attention as ONNX files, beside the engine. */
import { suite, test } from 'node:test';
import { functional, nn, ones, randn, setNumThreads, type Tensor } from '@retort/torch';
import { assertRefused, type Case, testExports, tried } from '../../../../reference/exported.ts';

setNumThreads(1);

const { scaled_dot_product_attention: attend } = functional;

/** Queries [N, 3 heads, 8 tokens, 5], fewer keys of them, and values. */
const of = (options: functional.AttentionOptions, keys = 8): Case => ({
  images: [9, 8, 5],
  of: () =>
    tried((x: Tensor) => {
      const [query, key, value] = x.mul(2).chunk(3, 1) as [Tensor, Tensor, Tensor];
      return attend(query, key.narrow(2, 0, keys), value.narrow(2, 0, keys), options);
    }),
});

suite('scaled dot product attention', () => {
  testExports({
    plain: of({}),
    'with fewer keys than queries': of({}, 6),
    'with a scale': of({ scale: 0.7 }),
    'that looks back alone': of({ isCausal: true }),
    'that looks back alone, with fewer keys': of({ isCausal: true }, 6),
    'with a mask of numbers': of({ attnMask: randn([8, 8]) }),
    'with a mask of truths': of({ attnMask: ones([8, 8], { dtype: 'bool' }).tril(2) }),
    'with a mask for each head': of({ attnMask: randn([3, 1, 8]) }),
    'with a mask that images make': {
      images: [9, 8, 5],
      of: () =>
        tried((x: Tensor) => {
          const [query, key, value] = x.chunk(3, 1) as [Tensor, Tensor, Tensor];
          return attend(query, key, value, { attnMask: x.mean([1, 3]).gt(-0.3).reshape([-1, 1, 1, 8]) });
        }),
    },
    'of three dimensions': {
      of: () => tried((x: Tensor) => attend(x.flatten(2), x.flatten(2).exp(), x.flatten(2))),
    },
    'of several heads': {
      of: () =>
        tried((x, { attention }) => attention.forward(x.flatten(2).transpose(1, 2))[0], {
          attention: new nn.MultiheadAttention(6, 2, { batchFirst: true }),
        }),
    },
    'of several heads, the batch second': {
      of: () =>
        tried(
          (x, { attention }) => {
            const tokens = x.flatten(2).permute([2, 0, 1]);
            const [made] = attention.forward(tokens, tokens.exp(), tokens, { isCausal: true });
            return made.transpose(0, 1);
          },
          { attention: new nn.MultiheadAttention(6, 3) },
        ),
    },
    'of several heads, with its weights': {
      of: () =>
        tried(
          (x, { attention }) => {
            const tokens = x.flatten(2).transpose(1, 2);
            const [made, weights] = attention.forward(tokens, tokens, tokens, { needWeights: true });
            return made.mean(2).add(weights?.mean(2) ?? made.mean(2));
          },
          { attention: new nn.MultiheadAttention(6, 2, { batchFirst: true }) },
        ),
    },
  });

  test('grouped queries are refused', () =>
    assertRefused(
      tried((x: Tensor) => attend(x, x.narrow(1, 0, 2), x.narrow(1, 0, 2), { enableGqa: true })),
      /its queries are grouped \(enableGqa\): repeat keys and values before it$/,
    ));
});
