import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { isRoot } from './project.ts';

/** Runs in the app's main process: waits for the page and tells whether the app knows it is packed. */
const question = `(async () => {
  const { app, webContents } = require('electron');
  await app.whenReady();
  const shows = 'document.querySelector("#root > *") !== null';
  for (;;) {
    const [page] = webContents.getAllWebContents();
    if (page && !page.isLoading() && (await page.executeJavaScript(shows)))
      return { packaged: app.isPackaged, url: page.getURL() };
    await new Promise((next) => setTimeout(next, 50));
  }
})()`;

/**
 * Boots the executable `argv[2]` on the home `argv[3]` and exits 0 when its window shows the page
 * and it knows that it is packed. It asks through the inspector: a driver that attaches to a page in
 * the middle of its first navigation can lose it.
 */
const [executable = '', home = ''] = process.argv.slice(2);
const flags = ['--inspect=0', '--log-level=3', ...(isRoot ? ['--no-sandbox'] : [])];
const app = spawn(executable, flags, {
  env: { ...process.env, NEXUS_HOME: home },
  stdio: ['ignore', 'ignore', 'pipe'],
});
const ended = new Promise<never>((_resolve, reject) => {
  app.once('error', reject);
  app.once('exit', (code, signal) => reject(new Error(`the app ended: ${signal ?? code}`)));
  setTimeout(() => reject(new Error('the app showed nothing within 60 s')), 60_000).unref();
});
try {
  const answer = await Promise.race([ask(await Promise.race([inspector(), ended])), ended]);
  console.log(`package: ${JSON.stringify(answer)}`);
  if (!answer.packaged) throw new Error('the packed app does not know that it is packed');
} catch (error) {
  console.error(`package: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  app.removeAllListeners('exit');
  app.kill();
}

async function inspector(): Promise<string> {
  for await (const line of createInterface({ input: app.stderr })) {
    const address = /^Debugger listening on (ws:\S+)/.exec(line)?.[1];
    if (address) {
      app.stderr.resume();
      return address;
    }
  }
  throw new Error('the app has no inspector');
}

function ask(address: string): Promise<{ packaged: boolean; url: string }> {
  const socket = new WebSocket(address);
  const params = {
    expression: question,
    awaitPromise: true,
    returnByValue: true,
    includeCommandLineAPI: true,
  };
  socket.on('open', () => {
    socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params }));
  });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString());
      if (message.id !== 1) return;
      socket.close();
      if (message.result.exceptionDetails) reject(new Error(JSON.stringify(message.result)));
      else resolve(message.result.result.value);
    });
  });
}
