import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RPCLink } from '@orpc/client/websocket';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { createNexusClient, type NexusClient } from '#contract/client.ts';

const CLI = fileURLToPath(new URL('../cli.ts', import.meta.url));
/** What Node made of the sources is kept: a command then starts in half the time. */
export const COMPILED = join(tmpdir(), `nexus-compiled-${process.getuid?.() ?? ''}`);

/** For tests: what a command said, and how it ended. */
export interface Said {
  code: number | null;
  stdout: string;
  stderr: string;
  /** The whole of stdout as one JSON document. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into it freely
  json: any;
}

/** A folder of its own, gone when the test ends. */
export function newFolder(name = 'nexus-proof-'): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), name)));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Writes a workflow file and gives its path. */
export function workflowFile(folder: string, name: string, text: string): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, text);
  return file;
}

interface Options {
  home?: string;
  env?: Record<string, string>;
  cwd?: string;
  /** What is piped in. */
  input?: string | Uint8Array;
}

/** The command line from source, in a process of its own. */
export function start(
  args: string[],
  { home, env = {}, cwd, input }: Options = {},
): { child: ChildProcess; ended: Promise<Said> } {
  const child = spawn(process.execPath, [CLI, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      LANG: 'C.UTF-8',
      NODE_COMPILE_CACHE: COMPILED,
      ...(home ? { NEXUS_HOME: home } : {}),
      ...env,
    },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => undefined).end(input);
  const ended = once(child, 'close').then(([code]) => ({
    code: code as number | null,
    stdout,
    stderr,
    get json(): unknown {
      return JSON.parse(stdout);
    },
  }));
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, ended };
}

/** Runs one command to its end. */
export function nexus(args: string[], options: Options = {}): Promise<Said> {
  return start(args, options).ended;
}

/** Waits until `look` gives something; the condition is the synchronisation, the pause only spares the processor. */
export async function until<T>(
  look: () => T | undefined | null | false | Promise<T | undefined | null | false>,
): Promise<T> {
  for (;;) {
    const found = await look();
    if (found) return found;
    await pause(20);
  }
}

/** Waits for a file. */
export const appeared = (file: string): Promise<boolean> => until(() => existsSync(file));

/** Whether a process lives (a zombie does not). */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A running `nexus serve`. */
export interface Server {
  address: string;
  pid: number;
  child: ChildProcess;
  ended: Promise<Said>;
  /** An HTTP call with the bearer token of a role, or with none. */
  call(path: string, init?: RequestInit & { token?: string }): Promise<Response>;
  /** A token of the role. */
  token(role: 'viewer' | 'operator' | 'admin'): Promise<string>;
  /** A page of the dashboard over its WebSocket; `heard` gets every message that it is sent. */
  page(heard?: (message: string) => void): Promise<NexusClient>;
  kill(signal: NodeJS.Signals): Promise<Said>;
}

/** Starts `nexus serve` on a free port and waits until it answers. */
export async function serve(
  home: string,
  env: Record<string, string> = {},
  cwd?: string,
): Promise<Server> {
  const place = { home, env, ...(cwd === undefined ? {} : { cwd }) };
  const { child, ended } = start(['serve', '--port', '0', '--json'], place);
  let text = '';
  const ready = new Promise<{ address: string; login: string; pid: number }>((resolve) => {
    child.stdout!.on('data', (chunk: string) => {
      text += chunk;
      if (text.trimEnd().endsWith('}')) resolve(JSON.parse(text));
    });
  });
  const said = await Promise.race([
    ready,
    ended.then(({ stderr }) => {
      throw new Error(`serve ended: ${stderr}`);
    }),
  ]);
  const { address, pid } = said;
  const call: Server['call'] = (path, { token, ...init } = {}) =>
    fetch(`${address}${path}`, {
      ...init,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(typeof init.body === 'string' ? { 'content-type': 'application/json' } : {}),
        ...(init.headers as Record<string, string> | undefined),
      },
    });
  let session: Promise<string> | undefined;
  const cookie = () => (session ??= login(address, said.login));
  return {
    address,
    pid,
    child,
    ended,
    call,
    async token(role) {
      const answer = await call('/api/v1/tokens', {
        method: 'POST',
        body: JSON.stringify({ name: `${role}-${Math.random()}`, role }),
        headers: { cookie: await cookie(), origin: address },
      });
      const body = (await answer.json()) as { secret: string };
      if (!answer.ok) throw new Error(JSON.stringify(body));
      return body.secret;
    },
    async page(heard) {
      const headers = { cookie: await cookie(), origin: address };
      const socket = new WebSocket(`${address.replace('http', 'ws')}/ws`, { headers });
      if (heard) socket.on('message', (data: Buffer) => heard(data.toString()));
      onTestFinished(() => socket.terminate());
      const websocket = socket as unknown as globalThis.WebSocket;
      return createNexusClient(new RPCLink({ websocket }));
    },
    async kill(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

async function login(address: string, link: string): Promise<string> {
  const token = new URL(link).searchParams.get('token')!;
  const answer = await fetch(`${address}/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: address },
    body: new URLSearchParams({ token }),
  });
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0];
  if (!cookie) throw new Error(`no session: ${answer.status} ${await answer.text()}`);
  return cookie;
}
