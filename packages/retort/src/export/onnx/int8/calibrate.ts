/** Ranges of values within a graph, as onnxruntime computes them of real images or texts. */
import { getNumThreads, scope } from '@retort/torch';
import type { Inputs } from '../../../data/index.ts';
import { needOnnxRuntime, OnnxSession, type PassedTensor } from '../../../models/onnx/index.ts';
import { bytesOfGraph } from '../bytes.ts';
import { ExportError } from '../errors.ts';
import type { OnnxGraph } from '../graph.ts';
import type { Shown } from '../shown/index.ts';
import { Entropy } from './entropy.ts';
import { MinMax } from './min-max.ts';
import { type Int8Options, usualPercentile } from './options.ts';
import { Percentile } from './percentile.ts';
import { extremesOf, joined, type Observer, type Range } from './range.ts';

/** So many at once, of which all values are in memory. */
const atOnce = 8;

const observers = {
  'min-max': () => new MinMax(),
  percentile: ({ percentile = usualPercentile }: Int8Options) => new Percentile(percentile),
  entropy: () => new Entropy(),
} as const;

const elementsOf = ({ bytes }: PassedTensor): Float32Array =>
  new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);

class Watch {
  readonly #observers = new Map<string, Observer>();
  readonly #seen = new Map<string, Range>();
  readonly #make: () => Observer;
  readonly #kind: Shown['kind'];

  constructor(make: () => Observer, kind: Shown['kind']) {
    this.#make = make;
    this.#kind = kind;
  }

  /** @throws ExportError where an element is no number */
  observe(name: string, elements: Float32Array): void {
    const extremes = extremesOf(elements);
    if (!Number.isFinite(extremes.least) || !Number.isFinite(extremes.most))
      throw new ExportError(
        `'${name}' is NaN or infinite for one of int8.${this.#kind}: look at that ${this.#kind.slice(0, -1)}, or at the network`,
      );
    const observer = this.#observers.get(name) ?? this.#make();
    this.#observers.set(name, observer);
    this.#seen.set(name, joined(this.#seen.get(name) ?? null, extremes));
    observer.observe(elements, extremes);
  }

  seen(name: string): Range | undefined {
    return this.#seen.get(name);
  }

  /** Where hardly anything is other than zero, its whole range. */
  range(name: string): Range {
    const found = this.#observers.get(name)?.range() ?? { least: 0, most: 0 };
    return found.most > found.least ? found : (this.#seen.get(name) ?? found);
  }
}

/**
 * @param values  names of values that are float32
 * @param shown  how the graph is called
 * @throws ExportError where there are no images or texts, images are all one colour, some do not fit, or make a value that is no number
 * @throws OnnxError where onnxruntime-node is not installed
 */
export async function rangesOf(
  graph: OnnxGraph,
  values: readonly string[],
  options: Int8Options,
  shown: Shown,
): Promise<ReadonlyMap<string, Range>> {
  const { calibration = 'min-max' } = options;
  const { kind } = shown;
  const watch = new Watch(() => observers[calibration](options), kind);
  const ports = graph.inputs.filter(({ type }) => type === 'float32').map(({ name }) => name);
  const within = values.filter((name) => !ports.includes(name));
  const bytes = await bytesOfGraph(graph, {}, within);
  const runtime = needOnnxRuntime('a graph in int8 is calibrated, and that');
  using session = new OnnxSession(runtime, bytes, { threads: getNumThreads(), folder: '' });
  let samples = 0;
  for await (const batch of given(options, kind)) {
    shown.check(batch, `int8.${kind}`);
    const count = shown.count(batch);
    samples += count;
    for (let start = 0; start < count; start += atOnce)
      scope(() => {
        const taken = shown.feed(shown.some(batch, start, Math.min(atOnce, count - start)));
        for (const name of ports) if (taken[name]) watch.observe(name, elementsOf(taken[name]));
        // Of one layer there is nothing between.
        if (within.length === 0) return;
        const found = session.run(taken, within);
        for (const [name, value] of Object.entries(found)) watch.observe(name, elementsOf(value));
      });
  }
  if (samples === 0)
    throw new ExportError(`int8.${kind} came to their end before the first: some hundred are needed`);
  for (const name of ports) {
    const seen = watch.seen(name);
    if (seen && seen.least === seen.most)
      throw new ExportError(
        `int8.images are all of one colour, ${seen.least}: real images are needed, as the network will be shown`,
      );
  }
  return new Map(values.map((name) => [name, watch.range(name)]));
}

/** What is given to find ranges on, batch by batch. */
async function* given({ images, texts }: Int8Options, kind: Shown['kind']): AsyncIterable<Inputs> {
  if (kind === 'texts') yield* texts ?? [];
  else for await (const batch of images ?? []) yield { images: batch };
}
