import { endOnCrash } from '#main/base/crash.ts';
import { watchLauncher } from './cli/launcherWatch.ts';
import { nodeTooOld } from './cli/nodeVersion.ts';
import { watchOutput } from './cli/output.ts';
import { runCli } from './cli/program.ts';

process.once('exit', watchOutput());
watchLauncher();
endOnCrash();

const tooOld = nodeTooOld();
if (tooOld !== undefined) {
  process.stderr.write(tooOld);
  process.exitCode = 2;
} else {
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
}
