import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { chromium, type Browser, type Page } from '@playwright/test';
import { freshHome } from './app.ts';
import { cliFile } from './cli.ts';

/** Debian's Chromium, quiet and without a network of its own. */
const chromiumFlags = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A running `nexus serve` with its dashboard in a browser. */
export interface RunningServer {
  home: string;
  /** The dashboard's one-time login link, as `serve` printed it. */
  loginLink: string;
  /** Origin of the server, e.g. `http://127.0.0.1:41873`. */
  origin: string;
  browser: Browser;
  /** Logged in and on the first page. */
  page: Page;
  /** Ends the server as a power cut would. */
  kill9(): Promise<void>;
  /** Starts it again after `kill9`, on the same home and port; the browser stays as it is. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts `nexus serve` on a free port and opens the printed login link in Chromium.
 *
 * @param home a NEXUS_HOME that exists; without it a fresh one is made, and removed at the end.
 */
export async function startServer(home?: string): Promise<RunningServer> {
  const folder = home ?? freshHome();
  let served = await serve(folder, 0);
  const { login: loginLink } = served;
  const { origin, port } = new URL(loginLink);
  const executablePath = process.env['NEXUS_CHROMIUM'] ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: chromiumFlags });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(loginLink);
  return {
    home: folder,
    loginLink,
    origin,
    browser,
    page,
    kill9: () => served.end('SIGKILL'),
    async restart() {
      served = await serve(folder, Number(port));
    },
    async close() {
      await browser.close();
      await served.end('SIGTERM');
      if (!home) rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function serve(home: string, port: number) {
  const args = [cliFile, 'serve', '--json', '--port', String(port), '--home', home];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  return {
    login: await printedLogin(child.stdout, gone),
    async end(signal: NodeJS.Signals) {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await gone;
    },
  };
}

// With --json it tells `{address, login, home, pid}` once it is ready; an end before that is an error.
async function printedLogin(
  output: NodeJS.ReadableStream,
  gone: Promise<unknown[]>,
): Promise<string> {
  const ended = gone.then(([code]): never => {
    throw new Error(`nexus serve ended with code ${String(code)} before it was ready`);
  });
  const printed = new Promise<string>((resolve) => {
    let text = '';
    // Read to the end: an output that nobody reads would stop the server.
    output.on('data', (piece: Buffer) => {
      text += String(piece);
      const login = /"login": "([^"]+)"/.exec(text)?.[1];
      if (login) resolve(login);
    });
  });
  return Promise.race([printed, ended]);
}
