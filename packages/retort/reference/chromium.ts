/** The browser of tests. */
import fs from 'node:fs';

/** Where Chromium is; null where there is none, which is a failure if `RETORT_CHROMIUM` is `required`. */
export function findChromium(): string | null {
  const { RETORT_CHROMIUM: said = '' } = process.env;
  const file = said === '' || said === 'required' ? '/usr/bin/chromium' : said;
  if (fs.existsSync(file)) return file;
  if (said === '') return null;
  throw new Error(
    `RETORT_CHROMIUM is ${said}, and there is no ${file}: install Debian's chromium, or name another`,
  );
}
