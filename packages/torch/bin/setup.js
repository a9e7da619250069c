#!/usr/bin/env node
// Sets up libtorch and the addon for users of @retort/torch by itself.
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(
    `@retort/torch needs Node 24 or later, this is ${process.version}: install it, or the npm package node@24`,
  );
  process.exit(1);
}
const { setup } = await import('@retort/torch/setup');
try {
  const { libtorch, addon } = await setup((line) => console.error(line));
  console.log(`libtorch ${libtorch.version} in ${libtorch.path}\naddon ${addon}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
