/** What a run was told, how to repeat it, and where it differs from another. */
import { useSignal } from '@preact/signals';
import type { RunDetail } from '../../../api.ts';
import { flatten } from '../../model/flatten.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { RunChoice } from '../../parts/run-choice.tsx';
import { Differences } from './differences.tsx';

function Repeat({ command }: { command: string }) {
  return (
    <>
      <h2>Run it again</h2>
      {command === '' ? (
        <p class="muted">It keeps no recipe, as a program trained it.</p>
      ) : (
        <div class="copied">
          <pre role="region" tabIndex={0} aria-label="The command that repeats the run">
            {command}
          </pre>
          <CopyButton text={command} what="the command" />
        </div>
      )}
    </>
  );
}

function Settings({ run }: { run: RunDetail }) {
  const text = useSignal('');
  const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = flatten(run.settings).filter((row) =>
    words.every((word) => row.join(' ').toLowerCase().includes(word)),
  );
  return (
    <details>
      <summary>All settings, every default filled in</summary>
      <input
        type="search"
        aria-label="Search settings"
        placeholder="Search settings"
        value={text.value}
        onInput={({ currentTarget }) => {
          text.value = currentTarget.value;
        }}
      />
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
      <Repeat command={run.command} />
      <h2>Differences</h2>
      <RunChoice label="From" without={[run.id]} value={other.value} onChange={(id) => (other.value = id)} />
      {other.value && <Differences ids={[run.id, other.value]} />}
      <h2>Recipe</h2>
      {run.recipeText === null ? (
        <p class="muted">It was not begun by a recipe.</p>
      ) : (
        <div class="copied">
          <pre role="region" tabIndex={0} aria-label="The recipe">
            {run.recipeText}
          </pre>
          <CopyButton text={run.recipeText} what="the recipe" />
        </div>
      )}
      <Settings run={run} />
      <Machine run={run} />
    </section>
  );
}
