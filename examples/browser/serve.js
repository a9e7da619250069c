/** Serves the page beside it with a student: node serve.js FOLDER [PORT] */
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

const types = { '.html': 'text/html', '.json': 'application/json' };

const [student, port = '8000'] = process.argv.slice(2);
if (!student || !fs.existsSync(path.join(student, 'config.json'))) {
  console.error('node serve.js FOLDER [PORT]: the folder is one that `retort export` wrote');
  process.exit(2);
}
const server = http.createServer(({ url }, response) => {
  const { pathname } = new URL(url ?? '/', 'http://localhost');
  const [, inStudent] = /^\/student\/([\w./-]+)$/.exec(pathname) ?? [];
  const file = inStudent ? path.join(student, inStudent) : path.join(import.meta.dirname, 'index.html');
  const found = inStudent || pathname === '/' ? fs.statSync(file, { throwIfNoEntry: false }) : null;
  if (!found?.isFile()) return response.writeHead(404).end();
  const type = types[path.extname(file)] ?? 'application/octet-stream';
  response.writeHead(200, { 'Content-Type': type, 'Content-Length': found.size });
  fs.createReadStream(file).pipe(response);
});
server.listen(Number(port), 'localhost', () => console.log(`http://localhost:${server.address().port}/`));
