import { watchLauncher } from './cli/launcherWatch.ts';
import { runCli } from './cli/program.ts';

// A reader that went away (`nexus run list | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

watchLauncher();
void runCli(process.argv);
