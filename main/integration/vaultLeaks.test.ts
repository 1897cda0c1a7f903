import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { appeared, newFolder, nexus, serve, until, type Server } from './nexus.testing.ts';
import { startSshd, stopAll } from '#main/ssh/testing/sshd.ts';
import { filesBelow, leaksBelow, leaksIn } from './secretForms.testing.ts';

const PASSPHRASE = 'correct horse battery staple';
const env = { NEXUS_VAULT_PASSPHRASE: PASSPHRASE };

/** Shapes that break naive redaction. */
const SECRETS: Record<string, string> = {
  PLAIN: 'tok_4f9c2b7d1e8a',
  QUOTES: `it's "quoted" & $HOME \`x\` \\n`,
  URLISH: 'p@ss/w+rd=?&%20#ünïcode→',
  LINES: `-----BEGIN KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'.repeat(3)}\nq3Vt5x7Rk2LmN8pZ\n-----END KEY-----`,
  DIGITS: '847192056318',
  LONG: Array.from({ length: 60 }, (_, i) => `k${i * 7919}`).join('.'),
  ANGLES: '<script>alert(1)</script>//',
};

const PRINT = `
        enc() { base64 -w0; echo; }
        printf '%s\\n' "$V"
        printf '%s' "$V" | enc
        printf 'x%s' "$V" | enc
        printf 'xy%sz' "$V" | enc
        printf '%s' "$V" | base64 -w0 | tr '+/' '-_'; echo
        printf '%s' "$V" | base64
        printf '%s' "$V" | od -An -v -tx1 | tr -d ' \\n'; echo
        printf '%s' "$V" | od -An -v -tx1 | tr -d ' \\n' | tr a-f A-F; echo
        printf '%s\\n' "$V" >&2
        half=$(( \${#V} / 2 ))
        printf '%.*s' "$half" "$V"; sleep 0.05; printf '%s\\n' "\${V#"$(printf '%.*s' "$half" "$V")"}"`;

const workflows = (name: string, address: string, outside: string): Record<string, string> => ({
  [`shell-${name.toLowerCase()}`]: `
name: shell-${name.toLowerCase()}
env: { FROM_ENV: '\${{ secrets.${name} }}' }
steps:
  - id: print
    uses: shell
    with:
      env: { V: '\${{ secrets.${name} }}' }
      run: |${PRINT}
        { echo "out<<END_OF_OUT"; printf '%s\\n' "$V"; echo END_OF_OUT; } >> "$NEXUS_OUTPUT"
        echo "b=$(printf '%s' "$V" | base64 -w0)" >> "$NEXUS_OUTPUT"
        echo inline \${{ secrets.${name} }}
  - id: fails
    uses: shell
    needs: print
    retry: { attempts: 2, backoff: 1ms }
    on_error: continue
    with:
      env: { V: '\${{ secrets.${name} }}' }
      run: 'printf "%s\\n" "$V" >&2; exit 3'
  - id: code
    uses: code
    needs: print
    with:
      input: { v: '\${{ secrets.${name} }}', again: '\${{ steps.print.outputs }}' }
      code: |
        console.log(input.v, JSON.stringify(input), encodeURIComponent(input.v));
        return { url: encodeURIComponent(input.v), json: JSON.stringify(input), raw: input.v, key: { [input.v]: 1 } };
  - id: throws
    uses: code
    needs: print
    on_error: continue
    with:
      input: '\${{ secrets.${name} }}'
      code: 'throw new Error("bad " + input)'
  - id: http
    uses: http
    needs: print
    with:
      url: '${address}/echo'
      method: POST
      headers: { authorization: 'Bearer x' }
      json: { token: '\${{ secrets.${name} }}' }
  - id: badhttp
    uses: http
    needs: print
    on_error: continue
    with: { url: '${address}/fail', method: POST, body: '\${{ secrets.${name} }}' }
  - id: write
    uses: file
    needs: print
    with: { action: write, path: '${outside}/${name}', content: '\${{ secrets.${name} }}' }
  - id: read
    uses: file
    needs: write
    with: { action: read, path: '${outside}/${name}' }
  - id: each
    uses: shell
    needs: print
    foreach: \${{ ["a", secrets.${name}] }}
    with: { run: 'echo \${{ item }}' }
  - id: large
    uses: shell
    needs: print
    with:
      env: { V: '\${{ secrets.${name} }}' }
      run: 'i=0; while [ $i -lt 3000 ]; do printf "%s 0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\\n" "$V"; i=$((i+1)); done'
  - id: remote
    uses: ssh
    needs: print
    with:
      hosts: web
      env: { V: '\${{ secrets.${name} }}' }
      stdin: '\${{ secrets.${name} }}'
      run: |${PRINT}
        cat
        echo inline \${{ secrets.${name} }}
  - id: remotefails
    uses: ssh
    needs: print
    on_error: continue
    with: { hosts: 'web or again', env: { V: '\${{ secrets.${name} }}' }, run: 'printf "%s\\n" "$V" >&2; exit 3' }
  - id: ship
    uses: ssh.upload
    needs: write
    with: { hosts: web, from: '${outside}/${name}', to: '${outside}/up-${name}' }
  - id: fetch
    uses: ssh.download
    needs: ship
    with: { hosts: web, from: '${outside}/up-${name}', to: '${outside}/down-${name}' }
  - id: nohost
    uses: ssh.download
    needs: print
    on_error: continue
    with: { hosts: web, from: '/nonexistent/\${{ secrets.${name} }}', to: '${outside}/none' }
  - id: pause
    uses: wait
    needs: print
    with: { duration: 1ms }
  - id: tell
    uses: notify
    needs: read
    with: { title: 'It is told', body: '\${{ steps.read.outputs }} \${{ secrets.${name} }}' }
  - id: child
    uses: workflow
    needs: print
    with: { workflow: child, inputs: { token: '\${{ secrets.${name} }}' } }
  - id: ask
    uses: approval
    needs: [child, each, large, code, http, read, remote, remotefails, fetch, nohost, pause]
    with: { title: 'May it be', message: '\${{ steps.print.outputs.out }} \${{ secrets.${name} }}' }
outputs:
  all: \${{ steps.print.outputs }}
  code: \${{ steps.code.outputs }}
`,
});

let server: Server;
let home: string;
let outside: string;
const seen: string[] = [];

/** Everything that a face answers is looked through as well. */
async function call(path: string, init: RequestInit = {}): Promise<Response> {
  const answer = await server.call(path, { ...init, token: await server.token('admin') });
  seen.push(await answer.clone().text());
  if (answer.status >= 400) throw new Error(`${path}: ${seen.at(-1)}`);
  return answer;
}

async function ended(
  id: string,
): Promise<{ status: string; steps: { id: string; status: string; error?: unknown }[] }> {
  return until(async () => {
    const { run } = (await (await call(`/api/v1/runs/${id}`)).json()) as {
      run: { status: string; steps: { id: string; status: string }[] };
    };
    const ask = run.steps.find((step) => step.id === 'ask');
    if (ask?.status === 'waiting')
      await call(`/api/v1/runs/${id}/approve`, {
        method: 'POST',
        body: JSON.stringify({ comment: SECRETS['PLAIN'] }),
      });
    return ['succeeded', 'failed', 'cancelled'].includes(run.status) && run;
  });
}

/** Commands and a logged terminal, here and on a host, that show what they were given. */
async function show(log: (folder: string) => string): Promise<void> {
  const shown = Object.values(SECRETS).join('\n');
  const input = Buffer.from(shown).toString('base64');
  // What a command of one's own prints goes to its person as it is, and nowhere else.
  for (const command of ['cat', 'cat >&2; exit 3', 'base64 -w0'])
    await server
      .call('/api/v1/host-commands', {
        token: await server.token('admin'),
        method: 'POST',
        body: JSON.stringify({ hosts: 'web', command, stdin: input }),
      })
      .then((answer) => answer.text());
  const terminals = [
    ['/api/v1/terminals', {}],
    ['/api/v1/terminals/connect', { host: 'web' }],
  ] as const;
  for (const [path, body] of terminals) {
    const opened = await call(path, { method: 'POST', body: JSON.stringify(body) });
    const { id } = ((await opened.json()) as { terminal: { id: string } }).terminal;
    await call(`/api/v1/terminals/${id}/log`, { method: 'POST', body: '{}' });
    const done = join(outside, `shown-${id}`);
    const data = `printf '%s\\n' '${SECRETS['PLAIN']}'; echo ${SECRETS['DIGITS']} | base64; touch ${done}\n`;
    await call(`/api/v1/terminals/${id}/input`, { method: 'POST', body: JSON.stringify({ data }) });
    await appeared(done);
    await until(() => /touch/.test(log(id)));
    await call(`/api/v1/terminals/${id}/log`, { method: 'DELETE' });
    await call(`/api/v1/terminals/${id}`, { method: 'DELETE' });
  }
  // What people write about things may hold a value as well.
  await call('/api/v1/alert-rules', {
    method: 'POST',
    body: JSON.stringify({
      name: `about ${SECRETS['PLAIN']}`,
      metric: 'cpu.total',
      above: 0,
      for_seconds: 0,
    }),
  }).catch(() => undefined);
}

describe('secrets of the vault', () => {
  it('are in no file of the home, in no answer and in no argument of a process, whatever runs', async () => {
    home = newFolder('nexus-leaks-');
    outside = newFolder('nexus-outside-');
    const echo = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        response.writeHead(request.url === '/fail' ? 500 : 200, {
          'x-echo': encodeURIComponent(body).slice(0, 2000),
        });
        response.end(
          request.url === '/fail'
            ? `refused: ${body}`
            : JSON.stringify({ body, base64: Buffer.from(body).toString('base64') }),
        );
      });
    });
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void echo.close());
    const address = `http://127.0.0.1:${(echo.address() as AddressInfo).port}`;
    mkdirSync(join(home, 'workflows'), { recursive: true });
    writeFileSync(
      join(home, 'workflows', 'child.yaml'),
      `name: child
inputs: { token: { required: true } }
steps:
  - { id: see, uses: transform, with: { set: { v: '\${{ inputs.token }}', n: '\${{ [inputs.token, secrets.PLAIN] }}' } } }
  - { id: say, uses: shell, needs: see, with: { run: 'echo \${{ inputs.token }}; echo \${{ inputs.token }} | base64' } }
outputs: { v: '\${{ steps.see.outputs }}' }
`,
    );
    writeFileSync(
      join(home, 'workflows', 'hook.yaml'),
      `name: hook
on: { webhook: { path: /hook, auth: { bearer: { secret: PLAIN } }, respond: by_step } }
steps:
  - { id: answer, uses: respond, with: { status: 200, headers: { x-token: '\${{ secrets.PLAIN }}' }, body: { v: '\${{ secrets.QUOTES }}' } } }
`,
    );
    writeFileSync(
      join(home, 'workflows', 'hold.yaml'),
      `name: hold
steps:
  - id: hold
    uses: shell
    with:
      env: { V: '\${{ secrets.PLAIN }}' }
      run: 'echo \${{ secrets.PLAIN }} > ${outside}/holding; while [ ! -e ${outside}/go ]; do sleep 0.05; done'
`,
    );
    for (const name of Object.keys(SECRETS))
      for (const [file, text] of Object.entries(workflows(name, address, outside)))
        writeFileSync(
          join(home, 'workflows', `${file}.yaml`),
          text.replace(
            '\nsteps:',
            `\nallow_private_addresses: true\nfile_roots: [${outside}]\nsteps:`,
          ),
        );

    expect((await nexus(['vault', 'init'], { home, env })).code).toBe(0);
    const { PLAIN, ...others } = SECRETS;
    const set = await nexus(['vault', 'set', 'PLAIN'], { home, env, input: `${PLAIN}\n` });
    const rest = await nexus(['vault', 'import'], { home, env, input: JSON.stringify(others) });
    expect({ set: set.code, rest: rest.code, stderr: rest.stderr }).toMatchObject({
      set: 0,
      rest: 0,
    });
    seen.push(set.stdout, set.stderr, rest.stdout, rest.stderr);
    const sshd = await startSshd();
    onTestFinished(stopAll);
    server = await serve(home, env);
    let text = '';
    server.child.stdout!.on('data', (chunk: string) => (text += chunk));
    server.child.stderr!.on('data', (chunk: string) => (text += chunk));

    for (const name of ['web', 'again'])
      await call('/api/v1/hosts', {
        method: 'POST',
        body: JSON.stringify({
          name,
          address: '127.0.0.1',
          port: sshd.port,
          user: sshd.user,
          identity: [sshd.key],
          options: { accept_new: true, identity_agent: 'none' },
        }),
      });
    await show(() =>
      filesBelow(join(home, 'logs'))
        .map((file) => readFileSync(file, 'utf8'))
        .join('\n'),
    );

    // While a step holds the value, no process shows it in its arguments.
    const held = (await (
      await call('/api/v1/workflows/hold/runs', { method: 'POST', body: '{}' })
    ).json()) as { run: { id: string } };
    await appeared(join(outside, 'holding'));
    const lines = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        } catch {
          return '';
        }
      });
    expect(
      lines.filter((line) => line.includes(SECRETS['PLAIN']!) || line.includes(PASSPHRASE)),
    ).toEqual([]);
    writeFileSync(join(outside, 'go'), '');
    expect((await ended(held.run.id)).status).toBe('succeeded');

    for (const name of Object.keys(SECRETS)) {
      const file = `shell-${name.toLowerCase()}`;
      const answer = await call(`/api/v1/workflows/${file}/runs`, { method: 'POST', body: '{}' });
      expect({ file, status: answer.status, text: seen.at(-1) }).toMatchObject({ status: 200 });
      const { run } = (await answer.json()) as { run: { id: string } };
      const done = await ended(run.id);
      const unexpected = done.steps.filter(
        (step) =>
          step.status !== 'succeeded' &&
          !['fails', 'throws', 'badhttp', 'remotefails', 'nohost'].includes(step.id),
      );
      expect({ file, unexpected }).toEqual({ file, unexpected: [] });
      await call(`/api/v1/runs/${run.id}/log`);
    }
    const hook = await server.call('/hooks/hook', {
      method: 'POST',
      body: '{}',
      token: SECRETS['PLAIN']!,
    });
    expect(hook.status).toBe(200);
    seen.push(await hook.text(), JSON.stringify([...hook.headers]));
    // What a caller says by mistake is kept out too.
    await call('/api/v1/workflows/child/runs', {
      method: 'POST',
      body: JSON.stringify({ inputs: { token: SECRETS['URLISH'] } }),
    });
    await call('/api/v1/events/x', {
      method: 'POST',
      body: JSON.stringify({ data: SECRETS['QUOTES'] }),
    });
    await call(`/api/v1/runs/${encodeURIComponent(SECRETS['PLAIN']!)}`).catch(() => undefined);
    for (const path of [
      'audit?limit=500',
      'audit-export',
      'alerts',
      'alert-rules',
      'terminals',
      'hosts',
      'questions',
      'notifications',
      'runs?limit=500',
      'vault',
      'vault/secrets',
      'status',
    ])
      await call(`/api/v1/${path}`);

    // A crash of the machine leaves the database's log as it is.
    await server.kill('SIGKILL');
    expect(filesBelow(home).some((file) => file.endsWith('nexus.db-wal'))).toBe(true);
    expect(existsSync(join(home, 'outputs'))).toBe(true);
    expect(leaksBelow(home, { ...SECRETS, PASSPHRASE })).toEqual([]);
    expect(leaksIn(seen.join('\n'), { ...SECRETS, PASSPHRASE })).toEqual([]);
    expect(leaksIn(text, { ...SECRETS, PASSPHRASE })).toEqual([]);
    // The test can find what it looks for.
    writeFileSync(join(home, 'planted'), Buffer.from(`ab${SECRETS['URLISH']}`).toString('base64'));
    expect(leaksBelow(home, SECRETS)).toContain('/planted: URLISH: base64 +2');
  }, 300_000);
});
