import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import { root } from './pages.ts';
import { sentences, sentencesFile, sentencesOf } from './sentences.ts';

suite('the sentences of errors and warnings', () => {
  test('are those of docs/sentences.txt (npm run docs writes it), where they are read one after another', () => {
    const [now, written] = [sentences(), fs.readFileSync(sentencesFile, 'utf8')].map((text) =>
      text.split('\n'),
    );
    const only = (some: readonly string[] = [], others: readonly string[] = []): string[] =>
      some.filter((line) => !others.includes(line)).slice(0, 10);
    assert.deepEqual({ missing: only(now, written), gone: only(written, now) }, { missing: [], gone: [] });
    assert.equal(now?.length, written?.length);
  });

  test('are found wherever they are put together', () => {
    const file = path.join(root, 'packages/retort/src/probe.ts');
    const text = `
export class ProbeError extends Error {}
const cure = 'say it in a constant';
const helper = (name: string) => \`\${name} is made by a helper\`;
function refuse(message: string): never {
  throw new ProbeError(message);
}
export function probe(name: string, isSo: boolean, warn: (text: string) => void): void {
  if (name === 'a') throw new ProbeError(\`it is \${isSo ? 'so' : 'not so'} with \${name}: \${cure}\`);
  if (name === 'b') throw new ProbeError(helper(name));
  if (name === 'c') refuse('it is given to a function');
  if (name === 'd') throw new ProbeError('joined of two ' + \`and \${name}\`);
  warn('somebody is warned');
  void later(warn);
  console.log('no sentence for an error');
}
async function later(warn: (text: string) => void): Promise<void> {
  const doubt = await doubted();
  if (doubt) warn(doubt);
}
const doubted = async (): Promise<string | null> => 'it is awaited';
export const rule = { error: 'a rule has one', other: 'and this is none' };
`;
    assert.deepEqual(sentencesOf([file], new Map([[file, text]])).get('packages/retort/src/probe.ts'), [
      'say it in a constant',
      `\${…} is made by a helper`,
      `it is \${"so" | "not so"} with \${…}: \${…}`,
      'it is given to a function',
      `joined of two and \${…}`,
      'somebody is warned',
      'it is awaited',
      'a rule has one',
    ]);
  });
});
