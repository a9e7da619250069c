/** `npm run docs` writes the API reference into docs/api. */
import { apiFolder, writeApi } from './api.ts';

await writeApi(apiFolder);
