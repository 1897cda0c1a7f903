import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { listening } from '#main/base/listening.testing.ts';

/** Shapes that break naive redaction. */
export const SECRETS: Record<string, string> = {
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

const everything = (name: string, address: string, outside: string): string => `
name: shell-${name.toLowerCase()}
env: { FROM_ENV: '\${{ secrets.${name} }}' }
allow_private_addresses: true
file_roots: [${outside}]
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
`;

const CHILD = `name: child
inputs: { token: { required: true } }
steps:
  - { id: see, uses: transform, with: { set: { v: '\${{ inputs.token }}', n: '\${{ [inputs.token, secrets.PLAIN] }}' } } }
  - { id: say, uses: shell, needs: see, with: { run: 'echo \${{ inputs.token }}; echo \${{ inputs.token }} | base64' } }
outputs: { v: '\${{ steps.see.outputs }}' }
`;

const HOOK = `name: hook
on: { webhook: { path: /hook, auth: { bearer: { secret: PLAIN } }, respond: by_step } }
steps:
  - { id: answer, uses: respond, with: { status: 200, headers: { x-token: '\${{ secrets.PLAIN }}' }, body: { v: '\${{ secrets.QUOTES }}' } } }
`;

const hold = (outside: string): string => `name: hold
steps:
  - id: hold
    uses: shell
    with:
      env: { V: '\${{ secrets.PLAIN }}' }
      run: 'echo \${{ secrets.PLAIN }} > ${outside}/holding; while [ ! -e ${outside}/go ]; do sleep 0.05; done'
`;

/**
 * For tests: workflows in which every kind of step handles every secret. `shell-NAME` is that of one;
 * `hold` has it until there is a file `go`, `hook` answers with it, `child` gets it as an input.
 *
 * @param address of an {@link echoServer}
 */
export function writeWorkflows(home: string, outside: string, address: string): void {
  const folder = join(home, 'workflows');
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(folder, `${name}.yaml`), text);
  write('child', CHILD);
  write('hook', HOOK);
  write('hold', hold(outside));
  for (const name of Object.keys(SECRETS))
    write(`shell-${name.toLowerCase()}`, everything(name, address, outside));
}

/** Answers with what it was asked, also where it refuses (`/fail`); resolves with its address. */
export async function echoServer(): Promise<string> {
  const echo = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const failing = request.url === '/fail';
      response.writeHead(failing ? 500 : 200, {
        'x-echo': encodeURIComponent(body).slice(0, 2000),
      });
      const base64 = Buffer.from(body).toString('base64');
      response.end(failing ? `refused: ${body}` : JSON.stringify({ body, base64 }));
    });
  });
  return `http://127.0.0.1:${await listening(echo)}`;
}
