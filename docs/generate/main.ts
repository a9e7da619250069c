/** `npm run docs` writes the API reference into docs/api, reports of what is exported into docs/api-report, the sentences of errors and warnings into docs/sentences.txt, and docs/networks.md. */
import fs from 'node:fs';
import { apiFolder, writeApi } from './api.ts';
import { reportFolder, writeReports } from './api-report.ts';
import { networks, networksFile } from './networks.ts';
import { sentences, sentencesFile } from './sentences.ts';

await writeApi(apiFolder);
writeReports(reportFolder);
fs.writeFileSync(sentencesFile, sentences());
fs.writeFileSync(networksFile, networks());
