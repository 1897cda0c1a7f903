import { z } from 'zod';
import { instant } from './common.ts';
import { operation } from './define.ts';
import { errorShape } from './errors.ts';
import { stream } from './stream.ts';

/** Size of a terminal in character cells. */
const cells = z.object({
  cols: z.number().int().min(2).max(1000).default(80),
  rows: z.number().int().min(1).max(500).default(24),
});

const title = z.string().trim().min(1).max(80);

export const terminal = z.object({
  id: z.string(),
  kind: z.enum(['local', 'ssh']),
  /** The host's name, for a terminal on another machine. */
  host: z.string().optional(),
  /** What a person called it, else what the program says, else the shell or the host. Plain text. */
  title: z.string(),
  /** `disconnected`: the connection broke; the screen is kept and a new shell takes its place. */
  state: z.enum(['connecting', 'running', 'disconnected', 'exited']),
  exit: z.object({ code: z.number().int().nullable(), signal: z.string().nullable() }).optional(),
  error: errorShape.optional(),
  /** When a lost connection is tried again by itself. */
  retry_at: instant.optional(),
  cols: z.number().int(),
  rows: z.number().int(),
  owner: z.string(),
  created_at: instant,
  /** The file that the session is being logged to. */
  log: z.string().optional(),
});
export type Terminal = z.infer<typeof terminal>;

/**
 * What a viewer of a terminal gets, in order. It starts with a snapshot; whoever writes every
 * snapshot (after a reset) and all data behind it into a terminal of the same size sees the screen.
 */
export const terminalOutput = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('snapshot'),
    /** Escape sequences that paint screen, scrollback and modes into a terminal that was reset. */
    text: z.string(),
    cols: z.number().int(),
    rows: z.number().int(),
    /** Bytes of output that the snapshot stands for. */
    offset: z.number().int(),
    /** True when this viewer fell behind and what it has not seen was left out. */
    resync: z.boolean(),
  }),
  z.object({
    type: z.literal('data'),
    /** Output as it came, bytes in base64. */
    data: z.string(),
  }),
  z.object({ type: z.literal('resize'), cols: z.number().int(), rows: z.number().int() }),
]);
export type TerminalOutput = z.infer<typeof terminalOutput>;

export const snippet = z.object({
  id: z.string(),
  name: z.string().trim().min(1).max(80),
  text: z.string().min(1).max(8192),
  /** Whether Enter follows, so that it runs at once. */
  run: z.boolean().default(false),
});
export type Snippet = z.infer<typeof snippet>;

const byId = z.object({ id: z.string() });
const one = z.object({ terminal });

/** Shells on this machine and on hosts. They live in the platform, not in the window that shows them. */
export const terminals = {
  list: operation('GET /terminals', { title: 'List terminals', role: 'operator', audit: 'none' })
    .input(z.object({}))
    .output(z.object({ terminals: z.array(terminal) })),
  /** All of them now, then again whenever one changed. */
  watch: operation('GET /terminal-changes', {
    title: 'Watch terminals',
    role: 'operator',
    audit: 'none',
    stream: true,
  })
    .input(z.object({}))
    .output(stream(z.object({ terminals: z.array(terminal) }))),
  /** A shell on this machine, as the user that Nexus runs as. */
  open: operation('POST /terminals', {
    title: 'Open local terminal',
    role: 'admin',
    audit: 'input',
  })
    .input(
      cells.extend({
        /** Absolute path of the shell; without it the user's own. */
        shell: z.string().max(4096).optional(),
        /** Absolute path of the folder to start in; without it the user's home. */
        cwd: z.string().max(4096).optional(),
        title: title.optional(),
      }),
    )
    .output(one),
  /** A shell on a host of the inventory, over its pooled SSH connection. */
  connect: operation('POST /terminals/connect', {
    title: 'Open terminal on host',
    role: 'operator',
    audit: 'input',
  })
    .input(cells.extend({ host: z.string().min(1).max(255), title: title.optional() }))
    .output(one),
  /** A new shell in a session whose shell ended or whose connection broke; screen and running shells stay. */
  reconnect: operation('POST /terminals/{id}/reconnect', {
    title: 'Reconnect terminal',
    role: 'operator',
    audit: 'input',
  })
    .input(byId)
    .output(one),
  attach: operation('GET /terminals/{id}/output', {
    title: 'Watch terminal output',
    role: 'operator',
    audit: 'none',
    stream: true,
  })
    .input(byId)
    .output(stream(terminalOutput)),
  /** What was typed. The audit log never has it. */
  input: operation('POST /terminals/{id}/input', {
    title: 'Send terminal input',
    role: 'operator',
    audit: 'none',
  })
    .input(
      byId.extend({
        data: z.string().max(1_000_000),
        /** `binary`: each character is one byte, as old mouse reports need it. */
        encoding: z.enum(['utf8', 'binary']).default('utf8'),
      }),
    )
    .output(z.object({})),
  resize: operation('POST /terminals/{id}/size', {
    title: 'Resize terminal',
    role: 'operator',
    audit: 'none',
  })
    .input(byId.extend(cells.shape))
    .output(z.object({})),
  rename: operation('PATCH /terminals/{id}', {
    title: 'Rename terminal',
    role: 'operator',
    audit: 'none',
  })
    .input(byId.extend({ title: z.string().trim().max(80) }))
    .output(one),
  /**
   * What would be ended with the terminal besides its shell. Of a shell on a host nobody knows: it
   * counts as busy while it is connected.
   */
  foreground: operation('GET /terminals/{id}/foreground', {
    title: 'See what a terminal runs',
    role: 'operator',
    audit: 'none',
  })
    .input(byId)
    .output(
      z.object({
        busy: z.boolean(),
        /** The program's name, where it is known. */
        program: z.string().optional(),
      }),
    ),
  /** Ends the shell and what runs in its foreground; the screen is gone. */
  close: operation('DELETE /terminals/{id}', {
    title: 'Close terminal',
    role: 'operator',
    audit: 'input',
  })
    .input(byId)
    .output(z.object({ closed: z.boolean() })),
  /** From now on the output is written to a file as plain text, secrets hidden. */
  startLog: operation('POST /terminals/{id}/log', {
    title: 'Start terminal log',
    role: 'operator',
    audit: 'input',
  })
    .input(byId)
    .output(one),
  stopLog: operation('DELETE /terminals/{id}/log', {
    title: 'Stop terminal log',
    role: 'operator',
    audit: 'input',
  })
    .input(byId)
    .output(one),
  snippets: operation('GET /terminal-snippets', {
    title: 'List snippets',
    role: 'operator',
    audit: 'none',
  })
    .input(z.object({}))
    .output(z.object({ snippets: z.array(snippet) })),
  /** Without an id a new one is made. */
  saveSnippet: operation('POST /terminal-snippets', {
    title: 'Save snippet',
    role: 'operator',
    audit: 'call',
  })
    .input(snippet.extend({ id: z.string().optional() }))
    .output(z.object({ snippet })),
  removeSnippet: operation('DELETE /terminal-snippets/{id}', {
    title: 'Remove snippet',
    role: 'operator',
    audit: 'input',
  })
    .input(byId)
    .output(z.object({ removed: z.boolean() })),
};
