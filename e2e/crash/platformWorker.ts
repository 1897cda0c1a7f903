import { createInterface } from 'node:readline';
import { createPlatform } from '#main/platform.ts';

/**
 * One platform on a home, for the crash harness: `node platformWorker.ts HOME [command]`. Commands come as
 * JSON lines on stdin, answers and everything that the engine committed go as JSON lines to stdout.
 * It never ends by itself, unless its stdin does.
 */
const [home, mode] = process.argv.slice(2) as [string, string | undefined];
const ttl = Number(process.env['CRASH_LEASE_TTL_MS'] ?? 0);

const say = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const platform = await createPlatform({
  home,
  ...(mode === 'command'
    ? { mode }
    : { mode: 'serve' as const, http: { host: '127.0.0.1', port: 0 } }),
  ...(ttl > 0 ? { leaseTtlMs: ttl } : {}),
});
const { engine } = platform;
const client = platform.localClient({ name: 'crash', role: 'admin', face: 'cli' });

const commands: Record<string, (input: never) => Promise<unknown>> = {
  start: (input) => client.runs.start(input),
  cancel: (input) => client.runs.cancel(input),
  approve: (input) => client.runs.approve(input),
  resolve: (input) => client.runs.resolve(input),
  event: (input) => client.runs.event(input),
  approvals: () => client.runs.approvals({}),
  settings: (input) => client.settings.set(input),
  save: (input) => client.workflows.save(input),
  verify: () => client.audit.verify({}),
  retain: (input) => engine.retain(input),
  active: () =>
    Promise.resolve(
      engine.list({ status: ['queued', 'running', 'waiting', 'interrupted'], limit: 500 }).items,
    ),
  state: () => Promise.resolve(engine.state()),
};

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const { id, command, input } = JSON.parse(line) as {
      id: number;
      command: string;
      input: never;
    };
    commands[command]!(input).then(
      (result) => say({ id, result }),
      (error: Error & { code?: string; data?: { code?: string } }) =>
        say({ id, error: error.message, code: error.data?.code ?? error.code }),
    );
  })
  .on('close', () => process.exit(0));

async function tellChanges(): Promise<void> {
  for await (const { id } of engine.changes()) {
    const { status, workflow, steps } = engine.get(id);
    const ended = steps.flatMap((step) =>
      // Of a list the view sums the items up; they speak for themselves.
      (step.items ?? [{ ...step, index: -1 }]).map((one) => ({
        key: `${id} ${step.id} ${one.index}`,
        status: one.status,
        attempts: one.attempts,
        ended: one.ended_at,
      })),
    );
    say({ run: id, workflow, status, steps: ended.filter((one) => one.ended !== undefined) });
  }
}
tellChanges().catch((error: unknown) => say({ broken: String(error) }));
say({ ready: platform.address() ?? '' });
