import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Server, startServer } from './processes.ts';

/** The webhook work that is run on every product: set one field, respond. */
export const webhookWorkflow = `name: hello
on:
  webhook: { path: hello, auth: none, respond: by_step }
steps:
  - id: greet
    uses: transform
    with: { set: { greeting: 'hello \${{ trigger.body.name }}' } }
  - id: answer
    uses: respond
    with: { status: 200, body: { greeting: '\${{ steps.greet.outputs.greeting }}' } }
`;

/** Ten trivial steps, answered when the run has ended. */
export const tenStepWorkflow = `name: ten
on:
  webhook: { path: ten, auth: none, respond: when_finished }
steps:
${Array.from({ length: 10 }, (_, i) => `  - id: s${i + 1}\n    uses: transform\n    with: { set: { n: '\${{ ${i === 0 ? '1' : `steps.s${i}.outputs.n + 1`} }}' } }\n`).join('')}outputs:
  n: '\${{ steps.s10.outputs.n }}'
`;

/** A headless Nexus on a fresh home with both workflows. */
export interface BenchNexus extends Server {
  address: string;
  home: string;
  remove(): Promise<void>;
}

/** Starts `nexus serve` from the build. */
export async function startNexus(): Promise<BenchNexus> {
  const home = await mkdtemp(join(tmpdir(), 'nexus-bench-'));
  await mkdir(join(home, 'workflows'), { recursive: true });
  await writeFile(join(home, 'workflows', 'hello.yaml'), webhookWorkflow);
  await writeFile(join(home, 'workflows', 'ten.yaml'), tenStepWorkflow);
  const server = await startServer(
    process.execPath,
    ['out/main/cli.cjs', 'serve', '--port', '0', '--home', home],
    { ready: /is running on/ },
  );
  const address = /http:\/\/[\w.:]+/.exec(server.line)?.[0] ?? '';
  return { ...server, address, home, remove: () => rm(home, { recursive: true, force: true }) };
}
