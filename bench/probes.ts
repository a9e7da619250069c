/**
 * `npm run bench:probes`: how long probes of features take that are there already: 50,000 of 512 numbers in 100 classes, drawn around a place for each
 * class and above 0, as after a ReLU. The linear probe chooses its strength and is solved to its optimum; seconds by the clock and of the processor.
 * Then what it takes to come by features beside judging a network as `retort eval` does, both on the same images by turns.
 */
import { parseArgs } from 'node:util';
import { getNumThreads, manualSeed, randint, randn, scope, setNumThreads } from '@retort/torch';
import { createModel, evaluate, extractFeatures, inMemory, type Labelled, probeFeatures } from 'retort';
import { alternate, lineOf, print } from './compare.ts';

const { values: flags } = parseArgs({
  options: {
    threads: { type: 'string', default: '2' },
    samples: { type: 'string', default: '50000' },
    judged: { type: 'string', default: '10000' },
    features: { type: 'string', default: '512' },
    classes: { type: 'string', default: '100' },
    model: { type: 'string', default: 'resnet20' },
    images: { type: 'string', default: '5000' },
    pairs: { type: 'string', default: '11' },
    json: { type: 'boolean', default: false },
  },
});
const [samples, judged, width, classes] = [flags.samples, flags.judged, flags.features, flags.classes].map(
  Number,
) as [number, number, number, number];
setNumThreads(Number(flags.threads));
manualSeed(0);

const places = randn([classes, width]).mul(0.15);
const drawn = (count: number): Labelled =>
  scope(() => {
    const labels = randint(0, classes, [count]);
    return {
      labels,
      vectors: places
        .index_select(0, labels)
        .add(randn([count, width]))
        .relu(),
    };
  });
const [train, test] = [drawn(samples), drawn(judged)];
const named = { name: 'made', classes: Array.from({ length: classes }, (_, i) => `${i}`) };

/** Features of images of 32 pixels, and what the same network comes to on them. */
async function beside() {
  const [count, side] = [Number(flags.images), 32];
  const pixels = scope(() => randint(0, 256, [count * side * side * 3], { dtype: 'uint8' }).toFlatArray());
  const images = inMemory({
    ...{ name: 'made', images: Uint8Array.from(pixels, Number), height: side, width: side, channels: 3 },
    labels: Array.from({ length: count }, (_, i) => i % 10),
    ...{ classes: named.classes.slice(0, 10), mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
  });
  const model = createModel(flags.model, { classes: 10 });
  const seconds = async (work: () => Promise<unknown>): Promise<number> => {
    const start = performance.now();
    await work();
    return (performance.now() - start) / 1000;
  };
  const took = await alternate(
    {
      features: () =>
        seconds(async () => {
          const { vectors, labels } = await extractFeatures(model, images);
          vectors.dispose();
          labels.dispose();
        }),
      judged: () => seconds(() => evaluate(model, images)),
    },
    1,
    Number(flags.pairs),
  );
  return lineOf(
    `features of ${flags.model} beside its evaluation, images`,
    took.features,
    took.judged,
    1,
    count,
  );
}

const before = process.cpuUsage();
const { linear, neighbours, few, seconds } = await probeFeatures({ train, test }, named, {});
const { user, system } = process.cpuUsage(before);
const processor = (user + system) / 1e6;
const extraction = await beside();
const found = {
  ...{ samples, features: width, classes, threads: getNumThreads() },
  ...{
    seconds,
    processor,
    linear,
    neighbours: neighbours.map(({ top1 }) => top1),
    few: few.map(({ top1 }) => top1.mean),
    extraction,
  },
};
if (flags.json) console.log(JSON.stringify(found));
else {
  const rows = Object.entries(seconds).map(([what, value]) => `${what} ${value.toFixed(1)} s`);
  console.log(
    `${samples} of ${width} numbers in ${classes} classes, ${found.threads} threads: ${rows.join(', ')}; processor ${processor.toFixed(1)} s in all`,
  );
  console.log(
    `linear: ${linear.tried.length} strengths, then ${linear.iterations} steps at ${linear.l2}, top-1 ${linear.top1}`,
  );
  print(extraction);
}
