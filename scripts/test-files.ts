/** Every test file of the repository, from its root. */
import fs from 'node:fs';

export function testFiles(): string[] {
  const places = ['packages/*/{src,fuzz}/**', 'scripts', 'docs/generate', 'examples'];
  return fs.globSync(places.map((place) => `${place}/*.test.ts`)).sort();
}
