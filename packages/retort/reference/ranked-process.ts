/** For tests: one rank of several, which trains by every method of `ranked`; the first leaves what it has learned in a folder. */
import fs from 'node:fs';
import path from 'node:path';
import { distributed, saveSafetensors, setNumThreads } from '@retort/torch';
import { ranksOfGroup } from '../src/ranks/index.ts';
import { cachedRanked, judged, ranked, refused, remembered, trained } from './ranked.ts';

const [folder = '', rank = '', count = ''] = process.argv.slice(2);
setNumThreads(1);
await distributed.initProcessGroup({
  initMethod: `file://${path.join(folder, 'meeting')}`,
  rank: Number(rank),
  worldSize: Number(count),
  timeout: 60,
});
const ranks = ranksOfGroup();
for (const [name, of] of Object.entries({ ...ranked, ...cachedRanked(folder) })) {
  const learned = await trained(of, ranks);
  if (ranks.rank === 0) saveSafetensors(path.join(folder, `${name}.safetensors`), learned);
}
fs.writeFileSync(path.join(folder, `judged-${rank}.json`), JSON.stringify(await judged(ranks)));
fs.writeFileSync(path.join(folder, `remembered-${rank}.json`), JSON.stringify(await remembered(ranks)));
fs.writeFileSync(path.join(folder, `refused-${rank}.json`), JSON.stringify(await refused(ranks)));
await distributed.destroyProcessGroup();
