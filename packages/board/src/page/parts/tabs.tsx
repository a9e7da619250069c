/** Tabs that are links, as each has an address. */
import { capital } from '../model/format.ts';

export function Tabs<T extends string>({
  label,
  tabs,
  current,
  hrefOf,
}: {
  label: string;
  tabs: readonly T[];
  current: T;
  hrefOf: (tab: T) => string;
}) {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <a key={tab} class="place" href={hrefOf(tab)} aria-current={tab === current ? 'page' : undefined}>
          {capital(tab)}
        </a>
      ))}
    </nav>
  );
}
