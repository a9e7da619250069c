/** Words that are looked for. */

/** @example wordsIn('Loss  test') // ['loss', 'test'] */
export const wordsIn = (text: string): string[] => text.toLowerCase().split(/\s+/).filter(Boolean);

/** Whether each word is a part of a text. @example hasAll('test/loss', ['loss', 'test']) // true */
export function hasAll(text: string, words: readonly string[]): boolean {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}
