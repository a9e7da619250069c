/** `npm run docs` writes the API reference into docs/api, the sentences of errors and warnings into docs/sentences.txt, and docs/networks.md. */
import fs from 'node:fs';
import { apiFolder, writeApi } from './api.ts';
import { networks, networksFile } from './networks.ts';
import { sentences, sentencesFile } from './sentences.ts';

await writeApi(apiFolder);
fs.writeFileSync(sentencesFile, sentences());
fs.writeFileSync(networksFile, networks());
