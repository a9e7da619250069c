/** The report as one file: it asks for nothing outside of itself, and runs nothing. */
import { createHash } from 'node:crypto';
import { version } from '../../version.ts';
import { shownPlace } from '../../words/place.ts';
import { printable } from '../../words/shown.ts';
import { counted } from '../table.ts';
import { cost } from './cost.ts';
import { curves } from './curves.ts';
import { mark } from './mark.ts';
import { html, type Markup, raw } from './markup.ts';
import { differences, differing, means } from './means.ts';
import type { Reported, ReportedData } from './reported.ts';
import { runSection } from './run-section.ts';
import { minute, runsTable } from './runs-table.ts';
import { style } from './style.ts';

/** Nothing but the one style, by its checksum, and pictures in the file itself. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The runs of one data set. */
async function part(of: ReportedData, isOnly: boolean): Promise<Markup> {
  const title = isOnly ? 'Results' : `Results on ${shownPlace(of.data ?? 'data that no run names')}`;
  return html`<h2>${title}</h2>
<p class="faint">Means and standard deviations over the finished runs of a group: those that differ in their seeds alone.</p>
${means(of.comparison)}
${await cost(of)}
${differing(of.comparison)}
<h3>Over epochs</h3>
${await curves(of.comparison)}`;
}

/** @param written  when */
export async function reportPage(reported: Reported, written: Date): Promise<string> {
  const { runs, parts, platform, groups, diagnosed } = reported;
  const title = `${counted(runs.length, 'run')} of Retort`;
  const results: Markup[] = [];
  for (const of of parts) results.push(await part(of, parts.length === 1));
  const sections: Markup[] = [];
  for (const [i, run] of runs.entries())
    sections.push(await runSection(run, i, diagnosed.get(run.run.folder)));
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
${raw(mark)}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p class="faint">Written ${minute(written.toISOString())} UTC by Retort ${version}</p>
<h2>Runs</h2>
${runsTable(reported)}
${results}
${platform.length > 0 ? html`<h2>Versions and machines</h2>${differences('That differ', groups, platform)}` : ''}
<h2>Each run</h2>
${sections}
</main>
</body>
</html>
`;
  // Names cannot turn the direction of writing, as in a terminal.
  return printable(String(page));
}
