/**
 * ARCHITECTURE.md is the plan of the house: a table lists the places of each package's src from the ground up, folders (`nn/`) and files at
 * the top level (`tensor.ts`). Here the table is read as it stands, and the imports are held against it.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { importsOf } from '../docs/generate/imports.ts';

const root = path.join(import.meta.dirname, '..');

/** The packages that are held to their tables. */
const packages = ['torch', 'retort', 'board'];

/** The places in the table of a package, relative to its src, from the ground up. */
function placesIn(architecture: string, name: string): string[] {
  const title = new RegExp(`^\`packages/${name}/src\`.*\\n\\n((?:\\|.*\\n)+)`, 'm');
  const [, table = ''] = title.exec(architecture) ?? [];
  const [, , ...rows] = table.trim().split('\n');
  return rows.flatMap((row) =>
    Array.from((row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g), ([, place = '']) => place),
  );
}

/** The files of a folder but for its tests, each with those that it imports, relative to it. */
function importsIn(folder: string): Map<string, string[]> {
  const files = fs.globSync('**/*.{ts,tsx}', { cwd: folder }).filter((file) => !/\.test\.tsx?$/.test(file));
  return new Map(
    files
      .sort()
      .map((file) => [file, importsOf(path.join(folder, file)).map((other) => path.relative(folder, other))]),
  );
}

/** A circle of imports among those that can be reached from a file and were not visited before. */
function circleFrom(
  file: string,
  imports: ReadonlyMap<string, readonly string[]>,
  visited: Set<string>,
  way: readonly string[] = [],
): string[] | undefined {
  if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
  if (visited.has(file)) return undefined;
  visited.add(file);
  for (const other of imports.get(file) ?? []) {
    const circle = circleFrom(other, imports, visited, [...way, file]);
    if (circle) return circle;
  }
  return undefined;
}

/** What in the files does not follow the plan, as sentences. */
function faults(places: readonly string[], imports: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const own = places.filter((place) => !place.startsWith('../'));
  const holds = (place: string, file: string): boolean =>
    place.endsWith('/') ? file.startsWith(place) : file === place;
  /** Of a folder within a folder, each with a place, the inner one. */
  const placeOf = (file: string): string | undefined =>
    own.filter((place) => holds(place, file)).sort((a, b) => b.length - a.length)[0];

  for (const place of own) {
    if (!Array.from(imports.keys()).some((file) => placeOf(file) === place))
      found.push(`${place} is in the table, and holds no file`);
  }
  const visited = new Set<string>();
  for (const [file, others] of imports) {
    const place = placeOf(file);
    if (place === undefined) {
      found.push(`${file} is in no place of the table`);
      continue;
    }
    for (const other of others) {
      const below = placeOf(other);
      if (other.startsWith('../')) found.push(`${file} imports ${other}, which is outside of src`);
      else if (below !== undefined && own.indexOf(below) > own.indexOf(place))
        found.push(`${file} imports ${other}, from a floor above it`);
    }
    const circle = circleFrom(file, imports, visited);
    if (circle) found.push(`${circle.join(' imports ')}: a circle`);
  }
  return found;
}

const architecture = fs.readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8');

suite('the plan in ARCHITECTURE.md', () => {
  for (const name of packages) {
    const folder = path.join(root, 'packages', name, 'src');
    const places = placesIn(architecture, name);
    test(`is followed by every import of packages/${name}/src`, () => {
      assert.deepEqual(faults(places, importsIn(folder)), []);
    });
    test(`names each place of packages/${name} once, and only what exists`, () => {
      assert.ok(places.length > 0, 'there is no such table');
      assert.deepEqual(places, [...new Set(places)]);
      assert.deepEqual(
        places.filter((place) => !fs.existsSync(path.join(folder, place))),
        [],
      );
    });
  }
});

test('runs are read without the engine', () => {
  const source = path.join(root, 'packages/retort/src');
  const imports = importsIn(source);
  const reached = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const other of imports.get(file) ?? []) visit(other);
  };
  for (const file of imports.keys()) if (file.startsWith('runs/read/')) visit(file);
  assert.ok(reached.size > 10, 'there is nothing to read them with');
  const loading = [...reached].filter((file) =>
    /^(?!import type).*from '@retort\/torch'/m.test(fs.readFileSync(path.join(source, file), 'utf8')),
  );
  assert.deepEqual(loading, []);
});

test('the board reads runs without the engine', () => {
  const source = path.join(root, 'packages/board/src');
  const files = fs
    .globSync('{*,server/**/*}.ts', { cwd: source })
    .filter((file) => !file.endsWith('.test.ts'));
  assert.ok(files.length > 20, 'there is no board');
  const loading = files.filter((file) =>
    /^(?:import|export)(?! type)[^;]*? from '(?:retort(?!\/runs')|@retort\/torch)/m.test(
      fs.readFileSync(path.join(source, file), 'utf8'),
    ),
  );
  assert.deepEqual(loading, []);
});

suite('what does not follow a plan is found:', () => {
  const plan = ['ground/', 'middle.ts', 'rooms/', 'rooms/attic/'];
  const house: [string, string[]][] = [
    ['ground/a.ts', ['ground/b.ts']],
    ['ground/b.ts', []],
    ['middle.ts', ['ground/a.ts']],
    ['rooms/c.ts', ['middle.ts', 'ground/b.ts']],
    ['rooms/attic/d.ts', ['rooms/c.ts']],
  ];
  const changed = (...changes: [string, string[]][]): string[] =>
    faults(plan, new Map([...house, ...changes]));

  test('nothing, where all is in its place', () => assert.deepEqual(changed(), []));
  test('an import that runs up a floor', () => {
    assert.deepEqual(changed(['ground/b.ts', ['rooms/e.ts']], ['rooms/e.ts', []]), [
      'ground/b.ts imports rooms/e.ts, from a floor above it',
    ]);
  });
  test('a circle that runs through floors', () => {
    assert.deepEqual(changed(['ground/b.ts', ['middle.ts']]), [
      'ground/a.ts imports ground/b.ts imports middle.ts imports ground/a.ts: a circle',
      'ground/b.ts imports middle.ts, from a floor above it',
    ]);
  });
  test('an import of a folder within the own one that stands higher', () => {
    assert.deepEqual(changed(['rooms/e.ts', ['rooms/attic/d.ts']]), [
      'rooms/e.ts imports rooms/attic/d.ts, from a floor above it',
    ]);
  });
  test('a circle within a folder', () => {
    assert.deepEqual(changed(['ground/b.ts', ['ground/a.ts']]), [
      'ground/a.ts imports ground/b.ts imports ground/a.ts: a circle',
    ]);
  });
  test('a file without a place, and one from outside', () => {
    assert.deepEqual(changed(['new.ts', []], ['rooms/c.ts', ['../reference/load.ts']]), [
      'rooms/c.ts imports ../reference/load.ts, which is outside of src',
      'new.ts is in no place of the table',
    ]);
  });
  test('a place without a file', () => {
    assert.deepEqual(faults([...plan, 'cellar/'], new Map(house)), [
      'cellar/ is in the table, and holds no file',
    ]);
  });
});

suite('the plan is read', () => {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-plan-'));
  after(() => fs.rmSync(scratch, { recursive: true }));

  test('from the first column of the table under the name of the package', () => {
    const text = [
      '`packages/other/src`, from the ground up',
      '',
      '| place | what |',
      '|---|---|',
      '| `a/` | this, and `not.ts` |',
      '| `b.ts`, `../native/` | that |',
      '',
      '`packages/third/src`',
      '',
      '| place | what |',
      '|---|---|',
      '| `c/` | the last |',
      '',
    ].join('\n');
    assert.deepEqual(placesIn(text, 'other'), ['a/', 'b.ts', '../native/']);
    assert.deepEqual(placesIn(text, 'third'), ['c/']);
    assert.deepEqual(placesIn(text, 'fourth'), []);
  });
  test('and so is every form of import, but not what only looks like one', () => {
    fs.mkdirSync(path.join(scratch, 'deep'));
    const lines = [
      "/** import { no } from './comment.ts'; */",
      "import './a.ts';",
      "import b from '../b.ts';",
      "import type { C } from './c.ts';",
      "import {\n  type D,\n  d,\n} from './d.ts';",
      "export * as e from './e.ts';",
      "export type { F } from './f.ts';",
      "const g = await import('./g.ts');",
      "type H = import('./h.ts').H;",
      'const text = "import { no } from \'./text.ts\'";',
      "import fs from 'node:fs';",
      "const i = `import x from './template.ts'`;",
    ];
    fs.writeFileSync(path.join(scratch, 'deep/all.ts'), lines.join('\n'));
    fs.writeFileSync(path.join(scratch, 'deep/all.test.ts'), "import './tests-are-aside.ts';");
    const names = ['a', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => `deep/${name}.ts`);
    assert.deepEqual(
      [...importsIn(scratch)].map(([file, others]) => [file, others.sort()]),
      [['deep/all.ts', ['b.ts', ...names]]],
    );
  });
});
