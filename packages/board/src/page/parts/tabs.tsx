/** Tabs that are links, as each has an address. */
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
          {tab.charAt(0).toUpperCase() + tab.slice(1)}
        </a>
      ))}
    </nav>
  );
}
