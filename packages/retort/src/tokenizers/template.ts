/** Where special tokens stand around one text, and around two. */
import { z } from 'zod';
import type { Component } from './definition.ts';
import { TokenizerError } from './error.ts';

/** A special token by its number, or all tokens of a text, with the type that they get. */
export type Piece =
  | { readonly token: number; readonly type: number }
  | { readonly text: 'A' | 'B'; readonly type: number };

export interface Template {
  readonly single: readonly Piece[];
  readonly pair: readonly Piece[];
}

const text = (text: 'A' | 'B', type = 0): Piece => ({ text, type });

const bare: Template = { single: [text('A')], pair: [text('A'), text('B')] };

const named = z.tuple([z.string(), z.int().min(0)]);
const around = z.object({ cls: named, sep: named });

const piece = z.union([
  z.object({ SpecialToken: z.object({ id: z.string(), type_id: z.int() }) }),
  z.object({ Sequence: z.object({ id: z.enum(['A', 'B']), type_id: z.int() }) }),
]);

const template = z.object({
  single: z.array(piece),
  pair: z.array(piece),
  special_tokens: z.record(z.string(), z.object({ ids: z.array(z.int().min(0)) })),
});

function ofTemplate({ single, pair, special_tokens }: z.output<typeof template>): Template {
  const pieces = (from: readonly z.output<typeof piece>[]): Piece[] =>
    from.flatMap((one): Piece[] => {
      if ('Sequence' in one) return [text(one.Sequence.id, one.Sequence.type_id)];
      const { id, type_id: type } = one.SpecialToken;
      const { ids } = special_tokens[id] ?? {};
      if (!ids) throw new TokenizerError(`its template has ${id}, of which special_tokens says no number`);
      return ids.map((token) => ({ token, type }));
    });
  return { single: pieces(single), pair: pieces(pair) };
}

function ofBert({ cls, sep }: z.output<typeof around>): Template {
  const single: Piece[] = [{ token: cls[1], type: 0 }, text('A'), { token: sep[1], type: 0 }];
  return { single, pair: [...single, text('B', 1), { token: sep[1], type: 1 }] };
}

function ofRoberta({ cls, sep }: z.output<typeof around>): Template {
  const end: Piece = { token: sep[1], type: 0 };
  const single: Piece[] = [{ token: cls[1], type: 0 }, text('A'), end];
  return { single, pair: [...single, end, text('B'), end] };
}

/** What a post-processor of `tokenizer.json` adds; null where it adds nothing. */
function added(processor: Component): Template | null {
  switch (processor.type) {
    case 'TemplateProcessing':
      return ofTemplate(template.parse(processor));
    case 'BertProcessing':
      return ofBert(around.parse(processor));
    case 'RobertaProcessing':
      return ofRoberta(around.parse(processor));
    case 'ByteLevel':
      return null;
    case 'Sequence': {
      const { processors } = z
        .object({ processors: z.array(z.looseObject({ type: z.string() })) })
        .parse(processor);
      const [first = null, second] = processors.map(added).filter((one) => one !== null);
      if (second) throw new TokenizerError('two of its post-processors add special tokens, and one may');
      return first;
    }
    default:
      throw new TokenizerError(
        `its post-processor is of the kind ${processor.type}; TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel and Sequence are known`,
      );
  }
}

/**
 * The template that a post-processor has.
 *
 * @throws TokenizerError for one of an unknown kind, and one that is not as it must be
 * @example templateOf(null).pair // the tokens of A, then those of B
 */
export function templateOf(processor: Component | null): Template {
  if (processor === null) return bare;
  try {
    return added(processor) ?? bare;
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw new TokenizerError(`its post-processor (${processor.type}) is not as it must be`, { cause: error });
  }
}

/** How many special tokens there are. */
export const specialTokens = (pieces: readonly Piece[]): number =>
  pieces.filter((piece) => 'token' in piece).length;
