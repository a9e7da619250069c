/** One run, with all that its folder says. */
import { costOfGroup, programOf, repeatCommand } from 'retort/runs';
import type { RunDetail } from '../../api.ts';
import { textWithin } from '../kept/inside.ts';
import { remainingSeconds } from '../log/remaining.ts';
import { seriesNames } from '../log/series.ts';
import type { Catalogue } from './catalogue.ts';
import { exportCommand, exportedOf } from './exported.ts';
import { latenciesShown } from './latencies.ts';

const mostRecipe = 1 << 20;

/** @throws BoardError where there is no such run, or it cannot be understood */
export async function detailOf(catalogue: Catalogue, id: string): Promise<RunDetail> {
  const { summary, record, log, row } = await catalogue.summary(id);
  const folder = catalogue.folderOf(id);
  const named = catalogue.namedFolderOf(id);
  const recipeText = await textWithin(folder, 'recipe.yaml', mostRecipe);
  const isRepeatable = recipeText !== null || programOf(summary.settings) !== null;
  const elapsed = (Date.now() - Date.parse(row.started)) / 1000;
  return {
    ...row,
    folder: named,
    command: isRepeatable ? (repeatCommand(named, summary.settings) ?? '') : '',
    recipeText,
    settings: summary.settings,
    versions: summary.versions,
    machine: summary.machine,
    inputs: summary.inputs,
    result: record.result ?? null,
    scalars: seriesNames(log),
    terms: [...log.terms],
    teacherScores: summary.teacherScores,
    multiplyAdds: summary.multiplyAdds,
    latencies: latenciesShown(costOfGroup({ name: row.name, runs: [summary] })),
    remainingSeconds: row.status === 'running' ? remainingSeconds(log, summary.epochsTotal, elapsed) : null,
    notes: summary.notes,
    exported: exportedOf(folder),
    exportCommand: exportCommand(named),
  };
}
