/**
 * Fuzzes the generated surface and prints what went wrong, with the call's arguments.
 *
 *     node packages/torch/fuzz/main.ts [--seed 0] [--calls 10000] [--from 0]
 */
import { parseArgs } from 'node:util';
import { scope } from '@retort/torch';
import { describeArgument } from '../src/dispatch/operator.ts';
import { draw, surface } from './draw.ts';
import { fuzz } from './fuzz.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '0' },
    calls: { type: 'string', default: '10000' },
    from: { type: 'string', default: '0' },
  },
});
const [seed, calls, from] = [Number(values.seed), Number(values.calls), Number(values.from)];
const schemas = surface();
const half = Math.ceil(calls / 2);
const [first, second] = await Promise.all([
  fuzz({ seed, from, calls: half }),
  fuzz({ seed, from: from + half, calls: calls - half }),
]);
const failures = [...first.failures, ...second.failures];
for (const { call, how } of failures) {
  scope(() => {
    const { schema, args } = draw(schemas, seed, call);
    console.log(`call ${call}: ${how}\n  ${schema.text}\n  (${args.map(describeArgument).join(', ')})`);
  });
}
console.log(
  `${calls} calls of ${schemas.length} operators: ${first.answered + second.answered} gave a result, ${failures.length} failed`,
);
process.exitCode = failures.length ? 1 : 0;
