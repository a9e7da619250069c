/** Texts as a file takes them. */
import { arange, Generator, ones, randint, type Tensor, tensor } from '@retort/torch';
import type { Inputs } from '../../../data/index.ts';
import type { TakesTexts } from '../../../models/index.ts';
import type { PassedTensor } from '../../../models/onnx/index.ts';
import type { Builder } from '../builder.ts';
import { ExportError } from '../errors.ts';
import { type Port, text } from '../graph.ts';
import { Varying } from '../sizes.ts';
import { type Example, passed, type Shown } from './shown.ts';

/** What texts go in as, by transformers' names, each after the network's argument. */
const names = { tokens: 'input_ids', mask: 'attention_mask', types: 'token_type_ids' } as const;

type Argument = keyof typeof names;

/** Numbers of texts and lengths with which a network is followed, each with each. */
const followed = { batch: [2, 3], length: [4, 5] } as const;

/** How long the texts are that nobody has seen, one after the other. */
const noisyLengths = [1, 7, 3, 12, 5];

/** `input_ids`, `attention_mask` and, of a network that tells two texts apart, `token_type_ids`: int64 [batch, sequence]. */
export class ShownTexts implements Shown {
  readonly kind = 'texts';
  readonly varying = 'the number of texts or their length';
  readonly takes: TakesTexts;
  readonly arguments: readonly Argument[];

  /** @throws ExportError for a network that has hardly any positions */
  constructor(takes: TakesTexts) {
    if (takes.positions < followed.length[1])
      throw new ExportError(
        `the network takes texts of at most ${takes.positions} tokens, and is exported from ${followed.length[1]} on`,
      );
    this.takes = takes;
    this.arguments = takes.types > 1 ? ['tokens', 'mask', 'types'] : ['tokens', 'mask'];
  }

  get ports(): readonly Port[] {
    const sizes = [new Varying(1, ['batch']), new Varying(1, ['length'])];
    return this.arguments.map((each) => ({ name: names[each], type: 'int64', sizes }));
  }

  examples(): readonly Example[] {
    const points = followed.length.flatMap((length) => followed.batch.map((batch) => ({ batch, length })));
    return points.map((point) => {
      const said = `${point.batch} texts of ${point.length} tokens`;
      const shape = [point.batch, point.length];
      const { vocabulary, types } = this.takes;
      return {
        ...{ point, said, short: said },
        tensors: this.tensors({
          tokens: randint(0, vocabulary, shape),
          mask: ones(shape, { dtype: 'bool' }),
          types: randint(0, types, shape),
        }),
      };
    });
  }

  begin(builder: Builder): readonly string[] {
    return this.arguments.map((each) => {
      if (each !== 'mask') return names[each];
      const [mask = ''] = builder.add('Cast', [names.mask], { to: text('bool') }, 'mask');
      return mask;
    });
  }

  tensors(inputs: Inputs): Tensor[] {
    const { tokens, mask, types } = inputs;
    if (!tokens || !mask)
      throw new ExportError(
        'texts are needed as tokens and mask, int64 and bool [N, L], as `render` has them',
      );
    return this.arguments.map((each) => ({ tokens, mask, types: types ?? tokens.mul(0) })[each]);
  }

  feed(inputs: Inputs): Readonly<Record<string, PassedTensor>> {
    const tensors = this.tensors(inputs);
    return Object.fromEntries(
      this.arguments.map((each, i) => {
        const given = tensors[i];
        if (!given) throw new ExportError(`there are no ${each}`);
        return [names[each], passed(given.to('int64'), 'int64')];
      }),
    );
  }

  noise(count: number): Inputs {
    using generator = new Generator(0);
    const { vocabulary, positions, types } = this.takes;
    const lengths = Array.from({ length: count }, (_, i) =>
      Math.min(positions, noisyLengths[i % noisyLengths.length] ?? 1),
    );
    const shape = [count, Math.max(...lengths)];
    const mask = arange(0, Math.max(...lengths)).lt(tensor(lengths.map((length) => [length])));
    return {
      tokens: randint(0, vocabulary, shape, { generator }),
      mask,
      types: randint(0, types, shape, { generator }).mul(mask),
    };
  }

  count({ tokens }: Inputs): number {
    return tokens?.size(0) ?? 0;
  }

  /** Padded to the longest of them. */
  some(inputs: Inputs, start: number, count: number): Inputs {
    const of = (tensor: Tensor): Tensor => tensor.narrow(0, start, count);
    const mask = inputs.mask && of(inputs.mask);
    const longest = mask ? Number(mask.sum(1).max().item()) : 0;
    return Object.fromEntries(
      Object.entries(inputs).map(([name, tensor]) => [name, of(tensor).narrow(1, 0, Math.max(1, longest))]),
    );
  }

  check(inputs: Inputs, what: string): void {
    const { tokens, mask, types = tokens } = inputs;
    const shape = `${tokens?.shape}`;
    const fits =
      tokens?.dtype === 'int64' &&
      mask?.dtype === 'bool' &&
      types?.dtype === 'int64' &&
      tokens.dim() === 2 &&
      [mask, types].every((other) => `${other.shape}` === shape);
    if (!fits)
      throw new ExportError(
        `${what}: batches of tokens and types, int64 [N, L], and a mask, bool [N, L], are needed, not ${Object.entries(
          inputs,
        )
          .map(([name, given]) => `${name} ${given.dtype} [${given.shape.join(', ')}]`)
          .join(', ')}`,
      );
    const { positions } = this.takes;
    if (tokens.size(1) > positions)
      throw new ExportError(
        `${what}: the network takes texts of at most ${positions} tokens, and some have ${tokens.size(1)}`,
      );
  }
}
