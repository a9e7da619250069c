/** What a run was told, how to repeat it, and where it differs from another. */
import { useSignal } from '@preact/signals';
import type { RunDetail } from '../../../api.ts';
import { flatten } from '../../model/flatten.ts';
import { hasAll, wordsIn } from '../../model/search.ts';
import { Copied } from '../../parts/copied.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { RunChoice } from '../../parts/run-choice.tsx';
import { SearchField } from '../../parts/search-field.tsx';
import { Differences } from './differences.tsx';

function Settings({ run }: { run: RunDetail }) {
  const text = useSignal('');
  const words = wordsIn(text.value);
  const rows = flatten(run.settings).filter((row) => hasAll(row.join(' '), words));
  return (
    <details>
      <summary>All settings, every default filled in</summary>
      <SearchField label="Search settings" text={text} />
      <DataTable
        caption="Settings"
        head={['Setting', 'Value']}
        rows={rows.map(([path, value]) => [<code>{path}</code>, value])}
      />
    </details>
  );
}

function Machine({ run }: { run: RunDetail }) {
  const inputs = Object.entries(run.inputs ?? {}).map(([name, { sha256, from }]) => [
    name,
    `${from ? `${from}, ` : ''}sha256 ${sha256.slice(0, 12)}`,
  ]);
  const rows = [...flatten(run.versions), ...flatten(run.machine), ...inputs];
  return (
    <details>
      <summary>Versions, machine and inputs</summary>
      <DataTable caption="Versions, machine and inputs" head={['Of', 'Value']} rows={rows} />
    </details>
  );
}

export function RecipeTab({ run }: { run: RunDetail }) {
  const other = useSignal('');
  return (
    <section aria-label="Recipe">
      <h2>Run it again</h2>
      {run.command === '' ? (
        <p class="muted">It keeps no recipe, as a program trained it.</p>
      ) : (
        <Copied text={run.command} what="the command that repeats the run" />
      )}
      <h2>Differences</h2>
      <RunChoice label="From" without={[run.id]} value={other.value} onChange={(id) => (other.value = id)} />
      {other.value && <Differences ids={[run.id, other.value]} />}
      <h2>Recipe</h2>
      {run.recipeText === null ? (
        <p class="muted">It was not begun by a recipe.</p>
      ) : (
        <Copied text={run.recipeText} what="the recipe" />
      )}
      <Settings run={run} />
      <Machine run={run} />
    </section>
  );
}
