/** A network of an ONNX file, which onnxruntime computes: it answers, and cannot learn. */
import path from 'node:path';
import { aten, type DType, fromBytes, getNumThreads, nn, scope, type Tensor } from '@retort/torch';
import { oneLine } from '../../words/shown.ts';
import { nearest } from '../../words/unknown.ts';
import { logitsOf, type SelectsClasses } from '../classes.ts';
import type { Layout, OnnxInput } from './choose.ts';
import { OnnxError } from './errors.ts';
import type { OnnxFile } from './file.ts';
import type { PassedTensor } from './messages.ts';
import { needOnnxRuntime, type OnnxRuntime } from './runtime.ts';
import { OnnxSession } from './session.ts';

/** A value within the graph, as a module: what taps it sees it pass. */
class Value extends nn.Identity {
  /** While something listens, a module has a `forward` of its own. */
  get isTapped(): boolean {
    return Object.hasOwn(this, 'forward');
  }
}

/** Sessions that are kept ready: without taps, and with those of a method. */
const mostSessions = 2;

/** What onnxruntime says of a file, for someone who has the file. */
function sentence(said: string, { version }: OnnxRuntime): string {
  const [, ir, mostIr] = /IR version: (\d+), max supported IR version: (\d+)/.exec(said) ?? [];
  if (ir)
    return `is of IR version ${ir}, and onnxruntime-node ${version} takes ${mostIr} at most: export it for an older one (ir_version)`;
  const [, opset, mostOpset] = /[Oo]pset (\d+) is under development.*till opset (\d+)/s.exec(said) ?? [];
  if (opset)
    return `is of opset ${opset}, and onnxruntime-node ${version} takes ${mostOpset} at most: export it for an older one (opset_version)`;
  return `cannot be run by onnxruntime-node ${version}: ${oneLine(said)}`;
}

const named = (names: readonly string[]): string => names.map((name) => `'${oneLine(name)}'`).join(', ');

export interface OnnxNetworkOptions {
  readonly input: OnnxInput;
  /** The value that is logits. */
  readonly output: string;
}

/**
 * A network that answers the logits [N, C] of images [N, C, H, W] in float32, without gradients. Any value of its graph may be tapped by its
 * name as a path (`nn.tap`); each asks onnxruntime for one output more.
 *
 * @throws OnnxError where onnxruntime is missing or does not take the file; of `forward`, for images that it does not take
 */
export class OnnxNetwork extends nn.Layer implements SelectsClasses {
  /** SHA-256 of the file and of those that hold its weights. */
  readonly content: string;
  readonly input: string;
  readonly layout: Layout;
  readonly output: string;
  /** The images that it takes. */
  readonly takes: OnnxInput;
  /** Which of its classes its logits are of, -1 for one that it has not; null for all. */
  classes: readonly number[] | null = null;
  readonly #from: OnnxFile;
  readonly #runtime: OnnxRuntime;
  readonly #values = new Map<string, Value>();
  /** By what they give and with how many threads; the one used longest ago goes for another. */
  readonly #sessions = new Map<string, OnnxSession>();

  constructor(from: OnnxFile, { input, output }: OnnxNetworkOptions) {
    super();
    this.#from = from;
    this.takes = input;
    this.#runtime = needOnnxRuntime(from.file);
    this.content = from.content;
    this.input = input.name;
    this.layout = input.layout;
    this.output = output;
    this.#session([]);
  }

  /** Numbers of its weights, of which none is trained. */
  override parameterCount(): number {
    return this.#from.parameters;
  }

  /** A value of the graph, by its name. @throws OnnxError with the name that was probably meant */
  override getSubmodule(name: string): nn.Module {
    if (name === '') return this;
    const { nodes, inputs, file } = this.#from;
    if (!nodes.has(name) && !inputs.some((input) => input.name === name)) {
      const names = [...nodes.keys()];
      const parts = name.toLowerCase().split(/[^a-z0-9]+/);
      const alike = names.filter((other) => parts.every((part) => other.toLowerCase().includes(part)));
      const meant = nearest(name, names);
      const near = [...new Set([...(meant === null ? [] : [meant]), ...alike])].slice(0, 8);
      throw new OnnxError(
        `${file} has no value '${oneLine(name)}'; ${near.length ? `did you mean ${named(near)}?` : `there are ${names.length}, the last of them ${named(names.slice(-8))}`} (\`npx retort inspect ${file}\` lists them)`,
      );
    }
    const found = this.#values.get(name) ?? new Value();
    this.#values.set(name, found);
    return found;
  }

  override forward(x: Tensor): Tensor {
    const tapped = [...this.#values].filter(([, value]) => value.isTapped).map(([name]) => name);
    return scope(() => {
      const answers = this.#ask(x, tapped);
      for (const name of tapped) {
        const answer = answers.get(name);
        if (answer) this.#values.get(name)?.forward(answer);
      }
      const logits = answers.get(this.output);
      if (!logits) throw new OnnxError(`${this.#from.file} gave no '${this.output}'`);
      return this.classes === null ? logits : logitsOf(logits, this.classes);
    });
  }

  selectClasses(numbers: readonly number[]): void {
    this.classes = numbers;
  }

  /** A session that gives the logits, and values within. @throws OnnxError where onnxruntime does not take the file */
  #session(tapped: readonly string[]): OnnxSession {
    const { file, outputs } = this.#from;
    const own = new Set([...outputs.map(({ name }) => name), this.takes.name]);
    const more = [...new Set([this.output, ...tapped])].filter((name) => !own.has(name)).sort();
    const threads = getNumThreads();
    const key = JSON.stringify([threads, more]);
    const known = this.#sessions.get(key);
    let session: OnnxSession;
    try {
      session =
        known ??
        new OnnxSession(this.#runtime, this.#from.bytesWith(more), {
          threads,
          folder: path.dirname(path.resolve(file)),
        });
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      throw new OnnxError(`${file} ${sentence(said, this.#runtime)}`, { cause: error });
    }
    this.#sessions.delete(key);
    this.#sessions.set(key, session);
    for (const [oldest, other] of this.#sessions) {
      if (this.#sessions.size <= mostSessions) break;
      other[Symbol.dispose]();
      this.#sessions.delete(oldest);
    }
    return session;
  }

  /** @throws OnnxError for images that it does not take */
  #check(x: Tensor): void {
    const { file } = this.#from;
    const { channels, height, width } = this.takes;
    const [, c, h, w] = x.shape;
    const fits =
      x.dim() === 4 &&
      (channels === null || c === channels) &&
      (height === null || h === height) &&
      (width === null || w === width);
    if (fits) return;
    const size = height === null && width === null ? '' : ` of ${height ?? 'any'} x ${width ?? 'any'} pixels`;
    const cure =
      height !== null && height === width && c === channels ? `: say input: { size: ${height} }` : '';
    throw new OnnxError(
      `${file} takes images${size} with ${channels ?? 'any number of'} channels, and is called with [${x.shape.join(', ')}]${cure}`,
    );
  }

  /** Images as the graph wants them, whatever their strides. */
  #feed(x: Tensor): PassedTensor {
    const { layout, dtype } = this.takes;
    return scope(() => {
      const laid = (layout === 'NHWC' ? x.permute([0, 2, 3, 1]) : x).to(dtype).contiguous();
      const { buffer, byteOffset, byteLength } = laid.toTypedArray();
      return {
        type: dtype,
        dims: laid.shape,
        bytes: new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength),
      };
    });
  }

  /** What a value is for images, in float32. @param count  how many images were shown */
  #taken(name: string, { type, dims, bytes }: PassedTensor, count: number): Tensor {
    const { file } = this.#from;
    if (!/^float(?:16|32|64)$/.test(type))
      throw new OnnxError(
        `${file}: the value '${oneLine(name)}' is ${type}, and features are float16, float32 or float64`,
      );
    if (dims[0] !== count)
      throw new OnnxError(
        `${file}: the value '${oneLine(name)}' is [${dims.join(', ')}] for ${count} images, and must begin with the batch`,
      );
    return fromBytes(bytes, type as DType, dims).to('float32');
  }

  #ask(x: Tensor, tapped: readonly string[]): ReadonlyMap<string, Tensor> {
    this.#check(x);
    const session = this.#session(tapped);
    const wanted = [...new Set([this.output, ...tapped])];
    const total = x.size(0);
    const batch = this.takes.batch ?? total;
    const pieces: Readonly<Record<string, Tensor>>[] = [];
    for (let from = 0; from < total; from += batch) {
      const piece = x.narrow(0, from, Math.min(batch, total - from));
      pieces.push(this.#run(session, piece, batch, wanted));
    }
    return new Map(
      wanted.map((name) => {
        const parts = pieces.flatMap((piece) => piece[name] ?? []);
        const [first] = parts;
        return [name, first && parts.length === 1 ? first : aten.cat(parts, 0)];
      }),
    );
  }

  /** Of fewer images than go in at once the last one is repeated. */
  #run(session: OnnxSession, x: Tensor, batch: number, wanted: readonly string[]): Record<string, Tensor> {
    const count = x.size(0);
    const missing = batch - count;
    const whole = missing > 0 ? aten.cat([x, x.narrow(0, count - 1, 1).expand([missing, -1, -1, -1])], 0) : x;
    const inner = wanted.filter((name) => name !== this.takes.name);
    let found: Readonly<Record<string, PassedTensor>>;
    try {
      found = session.run({ [this.takes.name]: this.#feed(whole) }, inner);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      throw new OnnxError(
        `${this.#from.file} is called with [${x.shape.join(', ')}], and onnxruntime says: ${oneLine(said)}`,
        { cause: error },
      );
    }
    return Object.fromEntries(
      wanted.map((name) => {
        const value = found[name];
        const taken = value ? this.#taken(name, value, batch) : whole;
        return [name, missing > 0 ? taken.narrow(0, 0, count) : taken];
      }),
    );
  }
}

/** Whether a network is one of an ONNX file. */
export const isOnnx = (network: nn.Module): network is OnnxNetwork => network instanceof OnnxNetwork;
