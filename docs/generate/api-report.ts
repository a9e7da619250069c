/**
 * What both packages export, as API Extractor reports it: a change of the public surface is a change of these files, which a review sees. They are made
 * of the declarations that are published.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { root } from './pages.ts';

/** Where they are checked in. */
export const reportFolder = path.join(import.meta.dirname, '../api-report');

/** What can be imported of a package: the report's name by where the export is, from the package's `dist`. */
const entries = [
  { package: 'torch', entry: 'index', name: '@retort/torch' },
  { package: 'torch', entry: 'graph/index', name: '@retort/torch/graph' },
  { package: 'torch', entry: 'setup/index', name: '@retort/torch/setup' },
  { package: 'retort', entry: 'index', name: 'retort' },
] as const;

const fileOf = (name: string): string => `${name.replace('@', '').replaceAll('/', '-')}.api.md`;

/** Writes the declarations of a package. @throws Error with what the compiler says */
function declare(name: string, scratch: string): void {
  const config = path.join(scratch, `tsconfig.${name}.json`);
  const project = path.join(root, 'packages', name);
  fs.writeFileSync(
    config,
    JSON.stringify({
      extends: path.join(project, 'tsconfig.build.json'),
      compilerOptions: {
        emitDeclarationOnly: true,
        outDir: path.join(scratch, name),
        rootDir: path.join(project, 'src'),
        typeRoots: [path.join(root, 'node_modules/@types')],
        paths: {
          '@retort/torch': [path.join(scratch, 'torch/index.d.ts')],
          '@retort/torch/*': [path.join(scratch, 'torch/*/index.d.ts')],
        },
      },
      include: [path.join(project, 'src')],
      exclude: [path.join(project, 'src/**/*.test.ts')],
    }),
  );
  const tsc = path.join(root, 'node_modules/.bin/tsc');
  const { status, stdout } = spawnSync(tsc, ['-p', config], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stdout);
}

function report(
  { package: of, entry, name }: (typeof entries)[number],
  scratch: string,
  folder: string,
): void {
  const silent = { default: { logLevel: ExtractorLogLevel.None } };
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: scratch,
      mainEntryPointFilePath: path.join(scratch, of, `${entry}.d.ts`),
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'esnext',
            lib: ['esnext'],
            module: 'nodenext',
            moduleResolution: 'nodenext',
            strict: true,
            skipLibCheck: true,
            types: ['node'],
          },
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: fileOf(name),
        reportFolder: folder,
        reportTempFolder: scratch,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        extractorMessageReporting: silent,
        compilerMessageReporting: silent,
        tsdocMessageReporting: silent,
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: path.join(root, 'packages', of, 'package.json'),
  });
  Extractor.invoke(config, {
    localBuild: true,
    // Its own remarks are no errors.
    messageCallback: (message) => {
      message.handled = true;
    },
  });
}

/** Writes the reports into a folder, whose content they replace. */
export function writeReports(folder: string): void {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  // Within the project, so that what the packages depend on is found; below node_modules nothing is reported.
  const scratch = fs.mkdtempSync(path.join(root, 'docs/.report-'));
  try {
    for (const name of ['torch', 'retort']) declare(name, scratch);
    for (const entry of entries) report(entry, scratch, folder);
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}
