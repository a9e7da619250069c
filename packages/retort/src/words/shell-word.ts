/** Text as a shell takes it for one word. @example shellWord("it's") // `'it'\''s'` */
export const shellWord = (text: string): string =>
  /^[\w./:=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
