/** How a module prints. */

/** A module, as it is printed. */
interface Printable {
  namedChildren(): Iterable<[name: string, module: Printable]>;
}

/** The settings among a module's properties: what is no tensor or module. */
function setting(value: unknown): string | null {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  if (typeof value !== 'object' || value === null) return null;
  const isPlain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  const parts = isPlain ? Object.entries(value).map(([name, item]) => [name, setting(item)]) : [];
  if (parts.length === 0 || parts.some(([, text]) => text === null)) return null;
  if (Array.isArray(value)) return `[${parts.map(([, text]) => text).join(', ')}]`;
  return `{ ${parts.map(([name, text]) => `${name}: ${text}`).join(', ')} }`;
}

/**
 * A module as it prints, `Name(setting: value, …)`, with the modules within on lines of their own; some properties may be left out, its modules' too.
 *
 * @example nn.printed(model, ['anatomy'])
 */
export const printed = (module: Printable, without: readonly string[] = []): string =>
  formatted(module, new Set(['training', ...without]), []);

function formatted(module: Printable, without: ReadonlySet<string>, above: readonly Printable[]): string {
  const settings = Object.entries(module).flatMap(([name, value]) => {
    const text = without.has(name) ? null : setting(value);
    return text === null ? [] : [`${name}: ${text}`];
  });
  const open = `${module.constructor.name}(${settings.join(', ')}`;
  if (above.includes(module)) return `${open}, …)`;
  const children = Array.from(module.namedChildren(), ([name, child]) => {
    const lines = formatted(child, without, [...above, module]).split('\n');
    return `  ${[`${name}: ${lines[0]}`, ...lines.slice(1)].join('\n  ')}`;
  });
  return children.length ? `${open}\n${children.join('\n')}\n)` : `${open})`;
}
