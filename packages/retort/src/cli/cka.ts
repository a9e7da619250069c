/** `retort cka`. */
import { few } from '../data/few.ts';
import { checkLearnable, samplesCalled } from '../data/index.ts';
import { defaults } from '../defaults.ts';
import { likeness } from '../evaluate/index.ts';
import { heatMap } from '../figures/index.ts';
import { blocksOf, type LoadOptions } from '../models/index.ts';
import {
  fitsOf,
  type LoadedNetwork,
  loadNetwork,
  locateNetwork,
  taskOf,
  type WrittenNetwork,
} from '../recipe/index.ts';
import { dataSaid } from './data-said.ts';
import { checkFigureFile, writeFigure } from './figure-file.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { loadData, loadTask, UsageError } from './load.ts';
import { namesGiven } from './names-given.ts';
import { networkGiven } from './network-flags.ts';
import { say } from './output.ts';
import { Progress } from './progress.ts';
import { count, table } from './table.ts';

export interface CkaFlags {
  /** Where it is left out, what the run of one of the networks was judged on. */
  readonly data?: string;
  /** As a recipe has them, in YAML. */
  readonly dataOptions?: string;
  readonly split: 'test' | 'train';
  /** Samples at most; as `defaults.compared` says where it is left out. */
  readonly images?: number;
  /** Paths with commas; the blocks where they are left out. */
  readonly rows?: string;
  readonly columns?: string;
  /** The SVG file that is written. */
  readonly out?: string;
  readonly json?: boolean;
}

/** The paths whose features are compared: those given, or a network's blocks. @throws UsageError where there are none */
function pathsOf({ name, model }: LoadedNetwork, flag: string, given: string | undefined): readonly string[] {
  if (given !== undefined) return namesGiven(flag, given, 'module', 'layer1.0,layer1.1');
  const paths = blocksOf(model);
  if (paths.length === 0)
    throw new UsageError(
      `${name} does not say its blocks: name the paths of modules (of an ONNX file, names of its values) by ${flag}, e.g. ${flag} layer1.0,layer1.1 (\`retort forward --describe\` lists them, of an ONNX file \`retort inspect\`)`,
    );
  return paths;
}

export async function ckaCommand(first: string, second: string, flags: CkaFlags): Promise<void> {
  if (flags.out !== undefined) checkFigureFile(flags.out);
  const progress = new Progress();
  const signal = stopOnInterrupt((line) => progress.line(line));
  const locate = (named: string): WrittenNetwork => locateNetwork(networkGiven('the network', named));
  const networks = [locate(first), locate(second)] as const;
  const said = dataSaid(flags, networks);
  const splits = await loadData(said.name, progress, said.options);
  if (flags.split === 'train') checkLearnable(splits);
  const data = few(splits[flags.split], flags.images ?? defaults.compared.images);
  if (data.size < 4)
    throw new UsageError(`CKA needs four samples or more, and these are ${data.size} of ${data.name}`);
  const task = await loadTask(taskOf(splits));
  const read: LoadOptions = {
    onWarning: (text) => progress.line(text),
    report: (what, done, total) => progress.show({ what, done, total }),
  };
  // What it tells apart need not be the data's classes: features are compared.
  const load = (named: string, network: WrittenNetwork): Promise<LoadedNetwork> =>
    loadNetwork(named, network, fitsOf(task, data), { ...read, bodyAlone: true, classesOfWeights: true });
  const [one, other] = [await load(first, networks[0]), await load(second, networks[1])];
  const rows = pathsOf(one, '--rows', flags.rows);
  const columns = pathsOf(other, '--columns', flags.columns);
  const { values, samples } = await likeness(
    { model: one.model, paths: rows },
    { model: other.model, paths: columns },
    data,
    {
      ...{ task, signal, renderings: { student: one.rendering, teacher: other.rendering } },
      onProgress: (done, total) =>
        progress.show({ what: 'comparing', done, total, unit: samplesCalled(data) }),
    },
  );
  progress.clear();
  if (flags.out !== undefined) {
    const matrix = { rows, columns, values, ofRows: one.name, ofColumns: other.name };
    writeFigure(flags.out, await heatMap({ ...matrix, what: 'linear CKA, unbiased' }));
  }
  const on = `${data.name}, ${count(samples)} ${samplesCalled(data)}`;
  if (flags.json)
    return say(
      JSON.stringify({
        ...{ rows: { network: one.name, paths: rows }, columns: { network: other.name, paths: columns } },
        ...{ data: data.name, samples, estimator: 'linear CKA, unbiased HSIC averaged over batches', values },
        ...(flags.out === undefined ? {} : { out: flags.out }),
      }),
    );
  const cells = values.map((row, i) => [
    rows[i] ?? '',
    ...row.map((value) => (value === null ? '-' : value.toFixed(2))),
  ]);
  say(`${one.name} (rows) beside ${other.name} (columns) on ${on}: linear CKA, unbiased`);
  say(`\n${table([one.name, ...columns], cells)}`);
  if (flags.out !== undefined) say(`\nThe figure is ${flags.out}`);
}
