/** What an option of an optimizer may be. */
import { TorchError } from '../dispatch/errors.ts';
import { unknownOption } from '../dispatch/options.ts';

/** Says what a value must be, or null where it is that. */
export type Rule = (value: unknown) => string | null;

/** The rule of every option, by name: an option without one does not exist. */
export type Rules = Readonly<Record<string, Rule>>;

const isNumber = (value: unknown): value is number => Number.isFinite(value);

export const number: Rule = (value) => (isNumber(value) ? null : 'a finite number');

export const notNegative: Rule = (value) =>
  isNumber(value) && value >= 0 ? null : 'a finite number that is not negative';

export const notNegativeOrNull: Rule = (value) =>
  value === null || notNegative(value) === null ? null : 'a finite number that is not negative, or null';

export const flag: Rule = (value) => (typeof value === 'boolean' ? null : 'true or false');

const isShare = (value: unknown): boolean => isNumber(value) && value >= 0 && value < 1;

export const share: Rule = (value) => (isShare(value) ? null : 'a number from 0 to below 1');

export const betas: Rule = (value) =>
  Array.isArray(value) && value.length === 2 && value.every(isShare)
    ? null
    : 'two numbers from 0 to below 1: [beta1, beta2]';

function show(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : Array.isArray(value) ? `[${value}]` : String(value);
}

/**
 * Holds options against their rules; `what` opens the message.
 *
 * @throws TorchError for an option that does not exist, or is not what its rule says
 */
export function checkOptions(what: string, options: object, rules: Rules): void {
  for (const [name, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (!rule) throw unknownOption(what, name, Object.keys(rules));
    const wanted = rule(value);
    if (wanted) throw new TorchError(`${what}: ${name} must be ${wanted}, got ${show(value)}`);
  }
}
