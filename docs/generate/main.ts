/** `npm run docs` writes the API reference into docs/api, and the sentences of errors and warnings into docs/sentences.txt. */
import fs from 'node:fs';
import { apiFolder, writeApi } from './api.ts';
import { sentences, sentencesFile } from './sentences.ts';

await writeApi(apiFolder);
fs.writeFileSync(sentencesFile, sentences());
