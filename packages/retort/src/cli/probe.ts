/** `retort probe`: what the features of a network are worth. */
import {
  checkLearnable,
  classNames,
  type Dataset,
  type Rendering,
  type Splits,
  samplesCalled,
} from '../data/index.ts';
import { type LoadOptions, weightsMetadata } from '../models/index.ts';
import { type Probed, type ProbeOptions, probe } from '../probe/index.ts';
import {
  fitsOf,
  type LoadedNetwork,
  loadNetwork,
  locateNetwork,
  specOf,
  type WrittenNetwork,
} from '../recipe/index.ts';
import { classification, embedding } from '../tasks/index.ts';
import { dataSaid } from './data-said.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { loadData, UsageError } from './load.ts';
import { writtenNetwork } from './network-flags.ts';
import { numbersGiven } from './numbers-given.ts';
import { say } from './output.ts';
import {
  type ComparedNetwork,
  inALine,
  type ProbedNetwork,
  printCompared,
  type Source,
  sourcesOf,
} from './probe-compared.ts';
import { sizeFor } from './probe-size.ts';
import { Progress } from './progress.ts';
import { originOf } from './run-origin.ts';
import { count, counted, duration, percent, table } from './table.ts';

/** A network and data, whatever the protocol. */
export interface ProbedFlags {
  /** Of a SOURCE that is a model's name. */
  readonly weights?: string;
  /** Where it is left out, what a run was judged on. */
  readonly data?: string;
  /** As a recipe has them, in YAML. */
  readonly dataOptions?: string;
  readonly input?: string;
  readonly seed?: number;
  readonly json?: boolean;
}

/** Of the protocol `features`; lists with commas. */
export interface FeaturesFlags extends ProbedFlags {
  readonly layer?: string;
  readonly l2?: string;
  readonly standardise?: boolean;
  readonly neighbours?: string;
  readonly temperature?: number;
  readonly few?: string;
  readonly draws?: number;
}

/** The network of a command, with its weights. @throws UsageError, RangeError */
export const probedNetwork = (source: string, { weights, input }: ProbedFlags): WrittenNetwork =>
  locateNetwork(
    writtenNetwork({
      model: source,
      ...(weights === undefined ? {} : { weights }),
      ...(input === undefined ? {} : { input }),
    }),
  );

/** A network that is asked for its features alone. @param metadata  of its weights */
async function loaded(
  network: WrittenNetwork,
  train: Dataset,
  metadata: Readonly<Record<string, string>>,
  read: LoadOptions,
): Promise<LoadedNetwork> {
  const { task: _, options, ...fits } = fitsOf(classification, train);
  // What it tells apart need not be the data's classes, and one of somebody's own may not show how many they are.
  const stated = metadata.classes === undefined ? {} : { classes: Number(metadata.classes) };
  return loadNetwork(
    'the network',
    network,
    { ...fits, options: { ...options, ...stated }, labels: null },
    { ...read, bodyAlone: true, classesOfWeights: metadata.classes === undefined },
  );
}

/** @throws UsageError for the data of a run that learned without labels, where no other is named */
function refuseOwnUnlabelled({ data }: ProbedFlags, { train }: Splits): void {
  if (data === undefined && classNames(train) === null)
    throw new UsageError(
      `${train.name}, from which the run learned, has no classes to tell apart: name data that has some (--data)`,
    );
}

/** What is asked of each network. */
type Asked = Pick<ProbeOptions, 'l2' | 'neighbours' | 'few'>;

/** @throws UsageError for a list that is none */
function askedBy({ l2, neighbours, few }: FeaturesFlags): Asked {
  return {
    l2: numbersGiven('--l2', l2, (value) => value > 0, 'numbers above 0', '0.1,0.01,0.001'),
    neighbours: numbersGiven(
      '--neighbours',
      neighbours,
      (value) => Number.isInteger(value) && value >= 1,
      'whole numbers from 1',
      '1,20,200',
    ),
    few:
      few === 'none'
        ? []
        : numbersGiven('--few', few, (value) => value > 0 && value < 1, 'shares between 0 and 1', '0.01,0.1'),
  };
}

/** One network on the data; what is to be said of it is said. */
async function probedOn(
  network: WrittenNetwork,
  splits: Splits,
  flags: FeaturesFlags,
  asked: Asked,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<ProbedNetwork> {
  const read: LoadOptions = {
    onWarning: (text) => progress.line(text),
    report: (what, done, total) => progress.show({ what, done, total }),
  };
  const { file, key } = specOf(network);
  const metadata = file === null ? {} : await weightsMetadata(file, key, read);
  const { name, model, rendering: wanted } = await loaded(network, splits.train, metadata, read);
  const size = await sizeFor(name, metadata, wanted, splits.train);
  if (size) progress.line(size.said);
  const rendering: Rendering | undefined = size ? { ...wanted, ...size.rendering } : wanted;
  const found = await probe(model, splits, {
    task: metadata.task === embedding.name ? embedding : classification,
    ...{ rendering, ...asked, signal, whose: name },
    ...{ layer: flags.layer, seed: flags.seed, seeds: flags.draws },
    ...{ standardise: flags.standardise, temperature: flags.temperature },
    onProgress: (what, done, total) => progress.show({ what, done, total }),
  });
  progress.clear();
  for (const note of found.notes) progress.line(note);
  if (!found.linear.converged)
    progress.line(
      `the linear probe is not at its optimum after ${found.linear.iterations} steps: standardise the features, or take a stronger penalty (--l2)`,
    );
  return { name, found };
}

/** A network, and how the command names it. */
interface SourcedNetwork extends Source {
  readonly network: WrittenNetwork;
}

/** Those whose weights can be read, before anything is computed: runs below a folder that have none are told of and left out. @throws for what is named, and where nothing is left */
async function readable(
  all: readonly SourcedNetwork[],
  { data }: ProbedFlags,
  leftOut: (text: string) => void,
): Promise<readonly SourcedNetwork[]> {
  const found: SourcedNetwork[] = [];
  const errors: Error[] = [];
  for (const one of all) {
    const { file, key } = specOf(one.network);
    try {
      if (file !== null) await weightsMetadata(file, key);
      if (data === undefined) originOf(file);
      found.push(one);
    } catch (error) {
      if (one.isNamed || !(error instanceof Error)) throw error;
      errors.push(error);
    }
  }
  const [first] = errors;
  if (found.length === 0 && first) throw first;
  for (const { message } of errors) leftOut(`left out: ${message}`);
  return found;
}

/** The networks of a command, each source by itself; of several their data must be one. @throws UsageError, RangeError, and what reading weights throws */
async function networksOf(
  named: readonly string[],
  flags: FeaturesFlags,
  leftOut: (text: string) => void,
): Promise<readonly SourcedNetwork[]> {
  const sources = sourcesOf(named);
  if (sources.length > 1 && flags.weights !== undefined)
    throw new UsageError(
      `--weights ${flags.weights} is of one network, and there are ${sources.length}: write NAME:FILE for each, as resnet20:${flags.weights}`,
    );
  const all = sources.map((one) => ({ ...one, network: probedNetwork(one.source, flags) }));
  const found = await readable(all, flags, leftOut);
  if (flags.data !== undefined) return found;
  const data = found.map(({ network }) => originText(network));
  const other = data.findIndex((text) => text !== data[0]);
  if (other > 0)
    throw new UsageError(
      `--data says on which samples: ${found[0]?.source} ${data[0]}, and ${found[other]?.source} ${data[other]}`,
    );
  return found;
}

/** On what a network was judged, where it is of a run. */
function originText(network: WrittenNetwork): string {
  const data = originOf(specOf(network).file)?.data;
  if (!data) return 'is of no run';
  return `is of a run on ${data.name}${data.options ? ` with ${JSON.stringify(data.options)}` : ''}`;
}

/** `retort probe` with the protocol `features`. */
export async function probeFeaturesCommand(named: readonly string[], flags: FeaturesFlags): Promise<void> {
  const asked = askedBy(flags);
  const progress = new Progress();
  const signal = stopOnInterrupt((line) => progress.line(line), {
    stopping: 'stopping after this batch (once more to stop at once)',
  });
  const networks = await networksOf(named, flags, (text) => progress.line(text));
  const on = dataSaid(
    flags,
    networks.map(({ network }) => network),
  );
  const splits: Splits = await loadData(on.name, progress, on.options);
  checkLearnable(splits);
  refuseOwnUnlabelled(flags, splits);
  const [only, ...others] = networks;
  if (only && others.length === 0) {
    const { name, found } = await probedOn(only.network, splits, flags, asked, { progress, signal });
    if (flags.json)
      say(JSON.stringify({ network: name, data: splits.train.name, source: splits.source, ...found }));
    else print(name, splits, found);
    return;
  }
  const probed: ComparedNetwork[] = [];
  try {
    for (const [i, { source, network }] of networks.entries()) {
      progress.line(`${source}, ${i + 1} of ${networks.length}`);
      const one = { source, ...(await probedOn(network, splits, flags, asked, { progress, signal })) };
      progress.line(inALine(one));
      probed.push(one);
    }
  } finally {
    // Also where one of them cannot be probed, or the command is stopped: the others took their time.
    progress.clear();
    sayCompared(probed, splits, flags);
  }
}

/** What came of several. */
function sayCompared(
  probed: readonly ComparedNetwork[],
  splits: Splits,
  { json }: Pick<FeaturesFlags, 'json'>,
): void {
  if (!json) printCompared(probed, splits);
  else if (probed.length > 0)
    say(
      JSON.stringify({
        ...{ data: splits.train.name, source: splits.source },
        networks: probed.map(({ source: from, name: network, found }) => ({ from, network, ...found })),
      }),
    );
}

/** By what a strength was chosen. */
function chosenText({ chosenOn, chosenBy, tried }: Probed['linear']): string {
  if (chosenOn === null) return 'as it was asked';
  const by = chosenOn === 'validation' ? 'of the validation split' : 'held out of the training split';
  return `of ${counted(tried.length, 'strength')} by ${count(chosenBy)} samples ${by}`;
}

function print(name: string, { train, test }: Splits, found: Probed): void {
  const { linear, neighbours, few, samples, seconds } = found;
  const rows: [string, string][] = [
    ['network', name],
    [
      'data',
      `${train.name}, ${count(samples.train)} ${samplesCalled(train)}; judged on ${count(samples.test)} of ${test.name}`,
    ],
    [
      'features',
      `${count(found.features)} of ${found.layer ?? 'its answer'}, ${found.standardised ? 'standardised for linear probes' : 'as they are'}; ${duration(seconds.features)}`,
    ],
    [
      'linear probe, top-1',
      `${percent(linear.top1)} (${percent(linear.trainTop1)} in training), L2 ${linear.l2}, ${chosenText(linear)}; ${duration(seconds.linear)}`,
    ],
  ];
  const width = Math.max(...rows.map(([what]) => what.length));
  for (const [what, value] of rows) say(`${what.padEnd(width)}   ${value}`);
  const weighted = neighbours[0]?.temperature;
  const how = weighted == null ? 'all alike' : `weighted by exp(cosine / ${weighted})`;
  say(
    `\n${table(
      [`nearest neighbours, by cosine, ${how}`, 'top-1'],
      neighbours.map((one) => [count(one.neighbours), percent(one.top1)]),
    )}`,
  );
  if (few.length === 0) return;
  const cells = few.map(({ share, perClass, top1, l2, isChosen }) => [
    `${Number((100 * share).toPrecision(6))} %, ${perClass} of each class`,
    `${percent(top1.mean)} ± ${percent(top1.deviation)} (${top1.values.length})`,
    [...new Set(l2)].map((value) => Number(value.toPrecision(3))).join(', '),
    isChosen ? 'on a fifth of them' : 'one for all',
  ]);
  say(`\n${table(['linear probe of a few labels', 'top-1', 'L2', 'chosen'], cells)}`);
}
