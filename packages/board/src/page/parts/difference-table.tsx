/** What is not the same in groups of runs. */
import type { Comparison, SettingCompared } from '../../api.ts';
import { DataTable } from './data-table.tsx';

function Part({
  title,
  head,
  rows,
}: {
  title: string;
  head: readonly string[];
  rows: readonly SettingCompared[];
}) {
  if (rows.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <DataTable
        caption={title}
        head={['', ...head]}
        rows={rows.map(({ path, values }) => [<code>{path}</code>, ...values.map((value) => value || '–')])}
      />
    </>
  );
}

export function DifferenceTable({ comparison }: { comparison: Comparison }) {
  const { groups, settings, inputs, versions } = comparison;
  const head = groups.map(({ name }) => name);
  if (!settings.length && !inputs.length && !versions.length) return <p>They differ in nothing.</p>;
  return (
    <>
      <Part title="Settings that differ" head={head} rows={settings} />
      <Part title="Inputs that differ" head={head} rows={inputs} />
      <Part title="Versions and machines that differ" head={head} rows={versions} />
    </>
  );
}
