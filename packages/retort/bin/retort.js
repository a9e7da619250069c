#!/usr/bin/env node
// Plain JavaScript, so that an old Node can read it and say what is needed.
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(
    `retort needs Node 24 or later, this is ${process.version}: install it, or the npm package node@24`,
  );
  process.exit(1);
}
const { main } = await import('retort/cli');
await main(process.argv.slice(2));
