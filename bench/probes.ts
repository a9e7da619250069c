/**
 * `npm run bench:probes`: how long probes of features take that are there already: 50,000 of 512 numbers in 100 classes, drawn around a place for each
 * class and above 0, as after a ReLU. The linear probe chooses its strength and is solved to its optimum; seconds by the clock and of the processor.
 */
import { parseArgs } from 'node:util';
import { getNumThreads, manualSeed, randint, randn, scope, setNumThreads } from '@retort/torch';
import { type Labelled, probeFeatures } from 'retort';

const { values: flags } = parseArgs({
  options: {
    threads: { type: 'string', default: '2' },
    samples: { type: 'string', default: '50000' },
    judged: { type: 'string', default: '10000' },
    features: { type: 'string', default: '512' },
    classes: { type: 'string', default: '100' },
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

const before = process.cpuUsage();
const { linear, neighbours, few, seconds } = await probeFeatures({ train, test }, named, {});
const { user, system } = process.cpuUsage(before);
const processor = (user + system) / 1e6;
const found = {
  ...{ samples, features: width, classes, threads: getNumThreads() },
  ...{
    seconds,
    processor,
    linear,
    neighbours: neighbours.map(({ top1 }) => top1),
    few: few.map(({ top1 }) => top1.mean),
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
}
