/** Operator schemas as libtorch prints them, parsed: `aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`. */
import { TorchError } from './errors.ts';

/** The type of an argument or a result: `SymInt[2]?` is a list of `int`, one number standing for two, that may be absent. */
export interface SchemaType {
  /** `Tensor`, `int`, `float`, `bool`, `Scalar`, `str`, `ScalarType`, `Device`, … */
  readonly base: string;
  readonly optional: boolean;
  readonly list: boolean;
  /** Elements of a list may be absent, as in `Tensor?[]`. */
  readonly elementOptional: boolean;
  /** In `int[2]`: a single number stands for so many equal ones; else 0. */
  readonly broadcast: number;
  /** The operator writes into it. */
  readonly written: boolean;
}

export interface Parameter {
  /** As in the schema, in camelCase: `memory_format` is `memoryFormat`. */
  readonly name: string;
  readonly type: SchemaType;
  readonly keywordOnly: boolean;
  /** The default as the schema spells it. */
  readonly default: string | undefined;
}

export interface Schema {
  /** `aten::add` */
  readonly name: string;
  /** `Tensor`; empty where there is none. */
  readonly overload: string;
  readonly parameters: readonly Parameter[];
  readonly returns: readonly { readonly name: string; readonly type: SchemaType }[];
  readonly text: string;
}

const camelCase = (name: string): string =>
  name.replace(/(?<=[a-z0-9])_+([a-z0-9])/g, (_, letter) => letter.toUpperCase());

/** Symbolic sizes are numbers to a caller; `layout` and the like arrive as their own types. */
const bases: Record<string, string> = { SymInt: 'int', SymFloat: 'float', SymBool: 'bool' };

function parseType(text: string): SchemaType {
  // What is more than a list of something, as `Dict(str, Tensor)`, has no form in JavaScript and stays a name.
  const [, base = text, alias, elementMark, brackets, size, mark] =
    /^(\w+)(\([^)]*\))?(\?)?(\[(\d*)\])?(\?)?$/.exec(text) ?? [];
  const list = brackets !== undefined;
  return {
    base: bases[base] ?? base,
    list,
    optional: list ? mark !== undefined : elementMark !== undefined,
    elementOptional: list && elementMark !== undefined,
    broadcast: size ? Number(size) : 0,
    written: alias?.includes('!') ?? false,
  };
}

/** Splits at commas outside of brackets and quotes. */
function split(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i];
    if (letter === '"') quoted = !quoted;
    if (quoted) continue;
    if (letter === '(' || letter === '[') depth++;
    else if (letter === ')' || letter === ']') depth--;
    else if (letter === ',' && depth === 0) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  const last = text.slice(start).trim();
  return last ? [...parts, last] : parts;
}

function parseParameters(text: string): Parameter[] {
  const parameters: Parameter[] = [];
  let keywordOnly = false;
  for (const part of split(text)) {
    if (part === '*') {
      keywordOnly = true;
      continue;
    }
    const [, type = '', name = '', value] = /^(.+?) (\w+)(?:=(.*))?$/.exec(part) ?? [];
    parameters.push({ name: camelCase(name), type: parseType(type), keywordOnly, default: value });
  }
  return parameters;
}

/**
 * Parses a schema.
 *
 * @throws TorchError if the text is no schema
 * @example parseSchema(schema('aten::relu')).parameters.length // 1
 */
export function parseSchema(text: string): Schema {
  const [, name, overload = '', parameters = '', result = ''] =
    /^([\w:]+?)(?:\.(\w+))?\((.*)\) -> (.*)$/.exec(text) ?? [];
  if (!name) throw new TorchError(`'${text}' is not the schema of an operator`);
  const several = result.startsWith('(') ? split(result.slice(1, -1)) : [result];
  const returns = several.map((part) => {
    const [type = '', resultName = ''] = part.split(' ');
    return { name: camelCase(resultName), type: parseType(type) };
  });
  return { name, overload, parameters: parseParameters(parameters), returns, text };
}
