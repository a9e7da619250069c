/** The TypeScript in a Markdown file: found, type-checked, run. */
import { execFile, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

export const root = path.join(import.meta.dirname, '..');

export interface CodeBlock {
  /** The heading that it stands under, and its line: `Memory (line 120)`. */
  readonly title: string;
  readonly code: string;
  /** Which file it is, where its first line says so: `// net.ts`. */
  readonly name: string | undefined;
}

/** The blocks marked `ts`. */
export function codeBlocks(file: string): CodeBlock[] {
  const text = fs.readFileSync(path.join(root, file), 'utf8');
  return Array.from(text.matchAll(/^```ts\n([\s\S]*?)^```$/gm), ({ index, 1: code = '' }) => {
    const before = text.slice(0, index);
    const heading = before.match(/^#+ .*$/gm)?.at(-1) ?? file;
    const title = `${heading.replace(/^#+ /, '')} (line ${before.split('\n').length})`;
    return { title, code, name: /^\/\/ (\S+\.ts)\n/.exec(code)?.[1] };
  });
}

/** A folder in which programs find the packages of this repository. */
export function prepare(folder: string): void {
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
}

/** Writes blocks as modules into a prepared folder; answers their files. */
export function write(blocks: readonly CodeBlock[], folder: string): string[] {
  return blocks.map(({ code, name }, i) => {
    const file = path.join(folder, name ?? `block-${i}.ts`);
    fs.writeFileSync(file, `${code}\nexport {};\n`);
    return file;
  });
}

/** What the compiler says of the modules in a folder and in those directly below it; nothing where they are right. */
export function check(folder: string): string {
  const config = {
    extends: path.join(root, 'tsconfig.json'),
    compilerOptions: { typeRoots: [path.join(root, 'node_modules/@types')], noUnusedLocals: false },
    include: ['*.ts', '*/*.ts'],
  };
  fs.writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = path.join(root, 'node_modules/.bin/tsc');
  return spawnSync(tsc, ['-p', folder], { encoding: 'utf8' }).stdout;
}

/** What a module printed, a string for each call, and what it threw. */
export interface Outcome {
  readonly printed: readonly string[];
  readonly error: string | null;
}

const runner = `
  import { format } from 'node:util';
  const outcomes = [];
  for (const file of process.argv.slice(2)) {
    const printed = [];
    console.log = (...args) => printed.push(format(...args));
    const error = await import(file).then(() => null, (error) => String(error?.stack ?? error));
    outcomes.push({ printed, error });
  }
  process.stdout.write('\\n' + JSON.stringify(outcomes));`;

/** Runs modules one after another in one process. */
export async function run(files: readonly string[], folder: string): Promise<Outcome[]> {
  const main = path.join(folder, 'runner.js');
  fs.writeFileSync(main, runner);
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...files], { cwd: folder });
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1));
}

/** What the comments behind `console.log(…);` say that it prints. */
export function promised(code: string): string[] {
  return Array.from(code.matchAll(/\bconsole\.log\(.*\);\s*\/\/ (.*)$/gm), ([, text = '']) => text.trim());
}
