#!/usr/bin/env node
/**
 * The `nexus` command of a checkout: runs `out/main/cli.cjs` on a Node that is new enough. Kept to
 * what Node 18 understands, because it starts on whatever Node the system has.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const launcher = fileURLToPath(import.meta.url);
const root = join(dirname(launcher), '..', '..');
const cli = join(root, 'out', 'main', 'cli.cjs');
// The database's native part needs it: Node 22.14, 23.6 and all later ones have it.
const newEnough = Number(process.versions.napi) >= 10;

if (!existsSync(cli)) {
  fail('Nexus has not been built.', `Run: npm ci && npm run build (in ${root})`);
} else if (newEnough) {
  // Compiled code is kept in the system's temporary folder: the second start is faster.
  nodeModule.enableCompileCache();
  process.argv[1] = cli;
  await import(pathToFileURL(cli).href);
} else {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const newer = join(root, 'node_modules', 'node', 'bin', name);
  if (existsSync(newer)) relay(newer);
  else
    fail(
      `Nexus needs Node 22.14, 23.6 or newer; this is ${process.versions.node}.`,
      `Run: npm ci (in ${root}), which brings one along.`,
    );
}

/** Runs this file again in a newer Node, as if it were this process. */
function relay(node) {
  // The fourth stream is a pipe that only we hold: when we die, by whatever signal, it closes, and
  // main/cli/launcherWatch.ts ends the child.
  const child = spawn(node, [launcher, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: { ...process.env, NEXUS_LAUNCHER_FD: '3' },
  });
  // A terminal sends Ctrl-C to the whole group, so the child has it already; passing it on a second
  // time would ask twice. From anywhere else it reaches only us.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  child.on('error', (error) => fail(error.message, `Tried to start ${node}`));
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function fail(message, hint) {
  process.stderr.write(`nexus: ${message}\n       ${hint}\n`);
  process.exitCode = 2;
}
