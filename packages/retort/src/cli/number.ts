import { InvalidArgumentError } from 'commander';

/** For commander: a number, with a condition on it in words. */
export function number(condition: (value: number) => boolean, what: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !condition(value)) throw new InvalidArgumentError(`it must be ${what}.`);
    return value;
  };
}
