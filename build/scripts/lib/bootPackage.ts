import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { isRoot } from './project.ts';

/**
 * Runs in the app's main process: opens a terminal with the packed native module, waits for the page
 * and tells whether the app knows it is packed.
 */
const question = `(async () => {
  const { app, webContents } = require('electron');
  const { createRequire } = require('node:module');
  await app.whenReady();
  const load = createRequire(app.getAppPath() + '/out/main/index.cjs');
  const terminal = await new Promise((done) =>
    load('node-pty').spawn('/bin/sh', ['-c', 'echo works'], {}).onData((data) => done(data.trim())),
  );
  const shows = 'document.querySelector("#root > *") !== null';
  for (;;) {
    const [page] = webContents.getAllWebContents();
    if (page && !page.isLoading() && (await page.executeJavaScript(shows)))
      return { packaged: app.isPackaged, terminal, url: page.getURL() };
    await new Promise((next) => setTimeout(next, 50));
  }
})()`;

interface Answer {
  packaged: boolean;
  /** What a shell said. */
  terminal: string;
  url: string;
}

interface InspectorMessage {
  id?: number;
  result?: { result: { value: unknown }; exceptionDetails?: unknown };
}

let requests = 0;

/**
 * Boots the executable `argv[2]` on the home `argv[3]` and exits 0 when its window shows the page,
 * it knows that it is packed, and a shell speaks on a pseudo-terminal. It asks through the inspector: a driver that attaches to a page in
 * the middle of its first navigation can lose it.
 */
const [executable = '', home = ''] = process.argv.slice(2);
const flags = [
  '--inspect=0',
  '--remote-debugging-port=0',
  '--log-level=3',
  ...(isRoot ? ['--no-sandbox'] : []),
];
const app = spawn(executable, flags, {
  env: { ...process.env, NEXUS_HOME: home },
  stdio: ['ignore', 'ignore', 'pipe'],
});
const ended = new Promise<never>((_resolve, reject) => {
  app.once('error', reject);
  app.once('exit', (code, signal) => reject(new Error(`the app ended: ${signal ?? code}`)));
  void setTimeout(60_000, undefined, { ref: false }).then(() =>
    reject(new Error('the app showed nothing within 60 s')),
  );
});
try {
  const answer = await Promise.race([ask(await Promise.race([inspector(), ended])), ended]);
  console.log(`package: ${JSON.stringify(answer)}`);
  if (!answer.packaged) throw new Error('the packed app does not know that it is packed');
  if (answer.terminal !== 'works') throw new Error('the packed app cannot open a terminal');
} catch (error) {
  console.error(`package: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  app.removeAllListeners('exit');
  app.kill('SIGKILL');
  app.stderr.destroy();
}

// Node's inspector answers before Node itself has started; once Chromium's is there, it has.
async function inspector(): Promise<string> {
  let address: string | undefined;
  for await (const line of createInterface({ input: app.stderr })) {
    address ??= /^Debugger listening on (ws:\S+)/.exec(line)?.[1];
    if (address && line.startsWith('DevTools listening on ')) {
      app.stderr.resume();
      return address;
    }
  }
  throw new Error('the app has no inspector');
}

async function ask(address: string): Promise<Answer> {
  const socket = new WebSocket(address);
  await once(socket, 'open');
  const answer = (await evaluate(socket, question)) as Answer;
  socket.close();
  return answer;
}

async function evaluate(socket: WebSocket, expression: string): Promise<unknown> {
  requests += 1;
  const how = { awaitPromise: true, returnByValue: true, includeCommandLineAPI: true };
  const params = { expression, ...how };
  socket.send(JSON.stringify({ id: requests, method: 'Runtime.evaluate', params }));
  for (;;) {
    const [data] = await once(socket, 'message');
    const message = JSON.parse(String(data)) as InspectorMessage;
    if (message.id !== requests) continue;
    if (!message.result || message.result.exceptionDetails)
      throw new Error(JSON.stringify(message));
    return message.result.result.value;
  }
}
