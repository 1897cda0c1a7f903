import { endOnCrash } from '#main/base/crash.ts';
import { watchLauncher } from './cli/launcherWatch.ts';
import { runCli } from './cli/program.ts';

// A reader that went away (`nexus workflow run backup --wait | head`) is no error, and the work that
// was asked for goes on without it.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

watchLauncher();
endOnCrash();
let over = false;
process.once('beforeExit', () => {
  if (over) return;
  // Nothing is left that could still answer: that is a defect, and must not look like success.
  process.stderr.write('error: The command ended without an answer. [internal]\n');
  process.exitCode = 1;
});
void runCli(process.argv).then(() => {
  over = true;
});
