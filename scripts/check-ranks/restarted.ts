/** A rank under torchrun: says what it sums with the others, and ends with a failure in the first attempt. */
import { distributed, tensor } from '@retort/torch';

await distributed.initProcessGroup({ timeout: 30 });
const x = tensor([distributed.getRank() + 1]);
await distributed.allReduce(x);
const { TORCHELASTIC_RESTART_COUNT: attempt, TORCHELASTIC_USE_AGENT_STORE: agent } = process.env;
const where = agent === 'True' ? 'store of the agent' : 'store of rank 0';
console.log(
  `attempt ${attempt}, rank ${distributed.getRank()} of ${distributed.getWorldSize()}: ${x.item()}, ${where}`,
);
await distributed.destroyProcessGroup();
if (attempt === '0') process.exitCode = 75;
