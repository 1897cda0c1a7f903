import type { Command } from 'commander';
import { NexusError } from '#main/base/errors.ts';
import { resolveHome } from '#main/base/paths.ts';
import { pc } from '../colours.ts';
import { onInterrupt } from '../interrupts.ts';
import { note, print, printJson, usageError, type GlobalOptions } from '../io.ts';
import { givenPassphrase, type KeyOptions } from '../passphrase.ts';
import { runningClient } from '../session.ts';
import { wholeNumber } from '../wholeNumber.ts';
import { version } from '#main/base/version.ts';

interface ServeOptions extends KeyOptions {
  port: string;
  host: string;
}

/** `nexus serve`, `nexus status`, `nexus schema` */
export function platformCommands(program: Command): void {
  program
    .command('serve')
    .description(
      'Run the platform without a window; the dashboard is the same interface in a browser',
    )
    .option(
      '-p, --port <n>',
      'port of the dashboard, REST and webhooks; 0 picks a free one',
      '8420',
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option(
      '--passphrase-file <file>',
      'unlock the vault at the start with the passphrase in this file',
    )
    .action((_options: unknown, command: Command) =>
      serve(command.optsWithGlobals<ServeOptions>()),
    );
  program
    .command('status')
    .description('Show whether Nexus runs on this home, and what it does')
    .option('--login-link', 'print a one-time login link for the dashboard')
    .action((_options: unknown, command: Command) =>
      status(command.optsWithGlobals<GlobalOptions & { loginLink?: boolean }>()),
    );
  program
    .command('schema <what>')
    .description('Print a JSON Schema: workflow')
    .action((what: string) => schema(what));
}

async function serve(options: ServeOptions): Promise<void> {
  const port = wholeNumber(options.port, '--port', 0, 65_535);
  const home = resolveHome(options.home);
  const { createPlatform } = await import('#main/platform.ts');
  const platform = await createPlatform({
    home,
    mode: 'serve',
    http: { host: options.host, port },
    vaultPassphrase: await givenPassphrase(options),
  });
  const link = platform.loginLink();
  const address = platform.address();
  if (options.json) printJson({ address, login: link.url, home, pid: process.pid });
  else {
    print(`${pc.bold('Nexus')} ${version} is running on ${pc.cyan(address ?? '')}`);
    print(`Open the dashboard with this link, good once and for ten minutes:\n  ${link.url}`);
    print(pc.dim(`Home: ${home}   Stop: Ctrl-C   New link: nexus status --login-link`));
  }
  const stopListening = await untilStopped();
  note('Stopping: steps in flight get a moment to finish. Press Ctrl-C again to stop at once.');
  await platform.close();
  stopListening();
}

/** Resolves at Ctrl-C; a further one ends the process at once, until what is returned is called. */
function untilStopped(): Promise<() => void> {
  return new Promise((resolve) => {
    // Signals alone do not keep a process alive when every timer is unref'ed.
    const alive = setInterval(() => undefined, 2 ** 30);
    const stopListening = onInterrupt(() => {
      clearInterval(alive);
      resolve(stopListening);
    });
  });
}

async function status(options: GlobalOptions & { loginLink?: boolean }): Promise<void> {
  const home = resolveHome(options.home);
  const running = await runningClient(options);
  if (!running) {
    if (options.loginLink)
      throw new NexusError({
        code: 'platform.not_running',
        message: `Nexus does not run on ${home}.`,
        hint: 'Start it: nexus serve',
        kind: 'operational',
      });
    if (options.json)
      printJson({
        running: false,
        pid: null,
        version,
        home,
        address: null,
        uptime: 0,
        schedules: 0,
        active_runs: 0,
      });
    else print(`Nexus does not run on ${home}. Start it: nexus serve`);
    return;
  }
  try {
    const now = await running.client.platform.status({});
    const link = options.loginLink
      ? await running.client.platform.loginLink({ role: 'admin' })
      : undefined;
    if (options.json)
      printJson({
        running: true,
        pid: now.pid,
        version: now.version,
        home: now.home,
        address: now.address,
        uptime: now.uptime_seconds,
        schedules: now.schedules,
        active_runs: now.active_runs,
        engine: now.engine,
        problems: now.problems,
        ...(link ? { login: link.url } : {}),
      });
    else {
      print(
        `Nexus ${now.version} runs on ${now.home} (pid ${now.pid}), up ${Math.round(now.uptime_seconds)} s`,
      );
      print(
        `Dashboard: ${now.address ?? 'off'}   Schedules: ${now.schedules}   Active runs: ${now.active_runs}   Engine: ${now.engine}`,
      );
      for (const problem of now.problems) note(`problem: ${problem.message} [${problem.code}]`);
      if (link) print(link.url);
    }
  } finally {
    await running.close();
  }
}

async function schema(what: string): Promise<void> {
  if (what !== 'workflow')
    throw usageError(`There is no schema “${what}”.`, 'There is: nexus schema workflow');
  const { workflowSchema } = await import('../validate.ts');
  printJson(workflowSchema());
}
