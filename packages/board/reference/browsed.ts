/** The built page in a browser, for tests. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { findChromium } from '../../retort/reference/chromium.ts';

export const executablePath = findChromium();

/** Why tests in a browser are skipped; false where there is one. */
export const without =
  executablePath === null &&
  'browser tests were not run: there is no /usr/bin/chromium, and RETORT_CHROMIUM names none';

export const launched = (): Promise<Browser> =>
  chromium.launch({
    executablePath: executablePath ?? '',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  });

/** @param folder  where it is written */
export async function buildPage(folder: string): Promise<void> {
  await build({
    configFile: path.join(import.meta.dirname, '../vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: folder },
  });
}

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What the page asked of others than its own server, and what the browser complained of. */
export interface Watched {
  readonly page: Page;
  readonly said: string[];
  readonly foreign: string[];
}

export async function open(context: BrowserContext): Promise<Watched> {
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const [said, foreign]: [string[], string[]] = [[], []];
  page.on('console', (message) => {
    if (message.type() !== 'log') said.push(message.text());
  });
  page.on('pageerror', (error) => said.push(String(error)));
  await page.route(
    (url) => url.hostname !== '127.0.0.1',
    (route) => {
      foreign.push(route.request().url());
      return route.abort();
    },
  );
  return { page, said, foreign };
}

/** Serious violations that axe finds on the page as it is, as sentences. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 200)).join(' | ')))`);
}

export const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate(
    'document.documentElement.scrollWidth > innerWidth || document.querySelector("main").scrollWidth > innerWidth',
  );
