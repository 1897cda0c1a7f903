import { basename } from 'node:path';
import { roleAllows } from '#contract/define.ts';
import type { Caller } from '#contract/platform.ts';
import type { Snippet, Terminal, TerminalOutput } from '#contract/terminals.ts';
import { Changes } from '#main/base/changes.ts';
import type { Clock } from '#main/base/clock.ts';
import type { Database } from '#main/base/database.ts';
import { NexusError } from '#main/base/errors.ts';
import { newId } from '#main/base/ids.ts';
import type { Logger } from '#main/base/log.ts';
import type { Redactor } from '#main/base/redact.ts';
import type { Foreground, OpenHostShell, ShellSize } from './channel.ts';
import { terminalEnvironment, TERM } from './environment.ts';
import { defaultLimits, type FlowLimits } from './flow.ts';
import { openLocalShell } from './localShell.ts';
import { Screens } from './screens.ts';
import { logFolder, Session } from './session.ts';
import { findFolder, findShell } from './shells.ts';
import { Snippets } from './snippets.ts';

/** So many can be open at once; each may keep some 20 MB of scrollback. */
const MAX_SESSIONS = 64;

export interface TerminalsOptions {
  db: Database;
  clock: Clock;
  log: Logger;
  redactor: Redactor;
  /** The platform's folder of logs. */
  logs: string;
  /** Lines of scrollback for terminals opened from now on. */
  scrollback: () => number;
  /** Tells people what they would not see otherwise. */
  notify?: ((note: { level: 'warn'; title: string; body: string }) => void) | undefined;
  /** Without it there are local terminals only. */
  openHostShell?: OpenHostShell | undefined;
  /** What a host is found by under any name; default: the name it has now. */
  hostId?: (name: string) => string | undefined;
  /** Default: this process's. */
  env?: NodeJS.ProcessEnv;
  limits?: Partial<FlowLimits>;
}

/** All shells that people have open. They live here, not in the windows that show them. */
export class Terminals {
  readonly #options: TerminalsOptions;
  readonly #limits: FlowLimits;
  readonly #screens: Screens;
  readonly #snippets: Snippets;
  readonly #sessions = new Map<string, Session>();
  readonly #changes = new Changes();

  constructor(options: TerminalsOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#screens = new Screens((error) =>
      options.log.error('the thread that keeps the screens of terminals died', { error }),
    );
    this.#snippets = new Snippets(options.db, (text) => options.redactor.redactText(text));
  }

  /** Those that the caller may use, the oldest first. */
  list(caller: Caller): Terminal[] {
    return [...this.#sessions.values()]
      .filter((session) => mayUse(caller, session))
      .map((session) => session.describe());
  }

  /** {@link list} now, and again whenever it has changed. */
  watch(caller: Caller, signal: AbortSignal): AsyncGenerator<{ terminals: Terminal[] }> {
    return this.#changes.watch(() => ({ terminals: this.list(caller) }), signal);
  }

  /**
   * A shell on this machine.
   * @throws NexusError `terminal.shell_missing`, `terminal.folder_missing`, `terminal.too_many`, …
   */
  async openLocal(
    input: ShellSize & {
      shell?: string | undefined;
      cwd?: string | undefined;
      title?: string | undefined;
    },
    caller: Caller,
  ): Promise<Terminal> {
    const platform = this.#options.env ?? process.env;
    const program = await findShell(input.shell, platform);
    const cwd = await findFolder(input.cwd);
    const env = terminalEnvironment(platform);
    return this.#open(input, caller, {
      kind: 'local',
      defaultTitle: basename(program.file),
      open: (size) => openLocalShell({ ...program, cwd, env, ...size }),
    });
  }

  /**
   * A shell on a host. Answers while it is being connected, which may wait for a person (a new host
   * key, a second factor): the session's state and `error` say what became of it.
   * @throws NexusError `terminal.no_hosts`, `terminal.too_many`
   */
  async openHost(
    input: ShellSize & { host: string; title?: string | undefined },
    caller: Caller,
  ): Promise<Terminal> {
    const { openHostShell } = this.#options;
    if (!openHostShell)
      throw new NexusError({
        code: 'terminal.no_hosts',
        message: 'This Nexus cannot open terminals on hosts.',
        hint: 'Open a local terminal and use ssh there.',
      });
    const { host } = input;
    // A host that is given another name meanwhile comes back all the same.
    const id = this.#options.hostId?.(host) ?? host;
    return this.#open(input, caller, {
      kind: 'ssh',
      host,
      defaultTitle: host,
      open: (size, signal) => openHostShell(id, { ...size, term: TERM, signal }),
    });
  }

  /** A new shell in a session whose shell is gone, see {@link openHost}; one that is there stays. */
  async reconnect(id: string, caller: Caller): Promise<Terminal> {
    const session = this.#get(id, caller);
    if (session.alive) return session.describe();
    const started = session.start();
    if (session.kind === 'local') await started;
    else started.catch(() => undefined);
    return session.describe();
  }

  attach(id: string, caller: Caller, signal: AbortSignal): AsyncIterable<TerminalOutput> {
    return this.#get(id, caller).attach(signal);
  }

  /** @param encoding `binary`: each character of `data` is one byte */
  input(id: string, data: string, encoding: 'utf8' | 'binary', caller: Caller): void {
    this.#get(id, caller).input(encoding === 'utf8' ? data : Buffer.from(data, 'latin1'));
  }

  resize(id: string, { cols, rows }: ShellSize, caller: Caller): void {
    this.#get(id, caller).resize({ cols, rows });
  }

  rename(id: string, title: string, caller: Caller): Terminal {
    const session = this.#get(id, caller);
    session.rename(title);
    return session.describe();
  }

  foreground(id: string, caller: Caller): Promise<Foreground> {
    return this.#get(id, caller).foreground();
  }

  /** Answers when the shell is gone. */
  async closeOne(id: string, caller: Caller): Promise<boolean> {
    const session = this.#get(id, caller);
    this.#sessions.delete(id);
    this.#changes.tell();
    await session.close();
    return true;
  }

  async startLog(id: string, caller: Caller): Promise<Terminal> {
    const session = this.#get(id, caller);
    await session.startLog(logFolder(this.#options.logs));
    return session.describe();
  }

  async stopLog(id: string, caller: Caller): Promise<Terminal> {
    const session = this.#get(id, caller);
    await session.stopLog();
    return session.describe();
  }

  snippets(): Snippet[] {
    return this.#snippets.list();
  }

  saveSnippet(input: Omit<Snippet, 'id'> & { id?: string | undefined }): Snippet {
    return this.#snippets.save(input);
  }

  removeSnippet(id: string): boolean {
    return this.#snippets.remove(id);
  }

  /** How many are open, whatever has become of their shells. */
  get count(): number {
    return this.#sessions.size;
  }

  /** The machine has slept: what lost its connection is tried again at once. */
  woke(): void {
    for (const session of this.#sessions.values()) session.woke();
  }

  /** Ends every shell. */
  async close(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    await Promise.all(sessions.map((session) => session.close()));
    await this.#screens.close();
  }

  async #open(
    input: ShellSize & { title?: string | undefined },
    caller: Caller,
    what: Pick<ConstructorParameters<typeof Session>[0], 'kind' | 'host' | 'defaultTitle' | 'open'>,
  ): Promise<Terminal> {
    if (this.#sessions.size >= MAX_SESSIONS)
      throw new NexusError({
        code: 'terminal.too_many',
        message: `${MAX_SESSIONS} terminals are open already.`,
        hint: 'Close some that are no longer needed.',
      });
    const { clock, log, redactor, scrollback } = this.#options;
    const session = new Session({
      ...what,
      id: newId('term', clock.now()),
      title: input.title,
      owner: caller.name,
      clock,
      size: { cols: input.cols, rows: input.rows },
      scrollback: scrollback(),
      screens: this.#screens,
      flow: this.#limits,
      redactor,
      onChange: () => this.#changes.tell(),
      onError: (message, error) => log.warn(message, { error }),
      onLogEnded: (title, file, error) => this.#logEnded(title, file, error),
    });
    this.#sessions.set(session.id, session);
    const started = session.start();
    if (what.kind === 'ssh') {
      // What goes wrong is in the session, which keeps its place and can be tried again.
      started.catch(() => undefined);
      return session.describe();
    }
    try {
      await started;
    } catch (error) {
      this.#sessions.delete(session.id);
      await session.close();
      throw error;
    }
    return session.describe();
  }

  #logEnded(title: string, file: string, error?: unknown): void {
    const why = error instanceof Error ? error.message : 'It has reached its largest size.';
    this.#options.log.warn('the log of a terminal has ended', { file, error });
    this.#options.notify?.({
      level: 'warn',
      title: `The log of the terminal ${title} has ended`,
      body: `${why} What was written is in ${file}.`,
    });
  }

  #get(id: string, caller: Caller): Session {
    const session = this.#sessions.get(id);
    if (session && mayUse(caller, session)) return session;
    throw new NexusError({
      code: 'terminal.not_found',
      message: `There is no terminal ${id}.`,
      hint: 'It may have been closed; list the open ones.',
    });
  }
}

// A local shell is this machine in the hands of the user that Nexus runs as: administrators only,
// whoever opened it. A shell on a host is its owner's; administrators may look after all.
function mayUse(caller: Caller, session: Session): boolean {
  if (roleAllows(caller.role, 'admin')) return true;
  return session.kind === 'ssh' && session.owner === caller.name;
}
