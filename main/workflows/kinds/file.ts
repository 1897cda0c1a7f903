import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { json, type Json } from '#contract/common.ts';
import type { Effects } from '#contract/workflows.ts';
import { NexusError } from '#main/base/errors.ts';
import {
  appendContent,
  copyFile,
  deleteFile,
  keepPrevious,
  listFolder,
  moveFile,
  putBack,
  readContent,
  statOf,
  writeContent,
  type FileOptions,
} from './fileactions.ts';
import { fileError, safePath } from './fileroots.ts';
import { stepKind, type StepContext } from './kind.ts';

const MIB = 1024 * 1024;
const BACKUP_LIMIT = 16 * MIB;

const EFFECTS: Record<string, Effects> = {
  read: 'idempotent',
  write: 'idempotent',
  // A second append doubles the text, and a second move finds nothing to move.
  append: 'once',
  move: 'once',
  copy: 'idempotent',
  delete: 'idempotent',
  list: 'idempotent',
  exists: 'idempotent',
};
const ACTIONS = ['read', 'write', 'append', 'copy', 'move', 'delete', 'list', 'exists'] as const;

const withSchema = z.strictObject({
  action: z.enum(ACTIONS).meta({ title: 'Action' }),
  path: z.string().min(1).meta({
    title: 'Path',
    description: 'Below an allowed folder; a relative path is below the first one, the run’s own.',
  }),
  to: z.string().min(1).optional().meta({
    title: 'To',
    description: 'Destination of copy and move.',
  }),
  content: json.optional().meta({
    title: 'Content',
    description: 'For write and append. Text as it is; anything else as JSON.',
    'x-nexus-editor': 'text',
  }),
  encoding: z.enum(['utf8', 'base64']).default('utf8').meta({ title: 'Encoding' }),
  overwrite: z.boolean().default(true).meta({
    title: 'Overwrite',
    description: 'Whether write, copy and move may replace a file.',
  }),
  missing: z.enum(['fail', 'ignore']).default('fail').meta({
    title: 'If missing',
    description: 'Whether read, delete and list of what does not exist fail the step.',
  }),
  recursive: z.boolean().default(false).meta({
    title: 'With subfolders',
    description: 'For list and delete.',
  }),
  mode: z
    .string()
    .regex(/^0?[0-7]{3}$/, 'three octal digits such as 644')
    .optional()
    .meta({
      title: 'Permissions',
      description: 'Octal, e.g. 644; default: kept, or 600 for new files.',
    }),
  max_bytes: z
    .number()
    .int()
    .min(0)
    .max(1024 * MIB)
    .default(16 * MIB)
    .meta({ title: 'Size limit', description: 'Bytes that may be read or written.' }),
});
type FileInput = z.output<typeof withSchema>;

/** `file`: works on files inside the allowed folders; writes are atomic and can be rolled back. */
export const file = stepKind({
  kind: 'file',
  title: 'Work on files',
  description: 'Reads, writes, appends, copies, moves, deletes and lists files in allowed folders.',
  icon: 'file-text',
  group: 'Files',
  with: withSchema,
  outputs: z.looseObject({
    path: z.string().meta({ description: 'The real, absolute path.' }),
    content: z.string().nullable().optional().meta({ description: 'Of read.' }),
    bytes: z.number().int().optional(),
    exists: z.boolean().optional(),
    deleted: z.boolean().optional(),
    created: z.boolean().optional().meta({ description: 'Whether a write made a new file.' }),
    entries: z
      .array(
        z.object({
          path: z.string(),
          name: z.string(),
          type: z.enum(['file', 'folder', 'link', 'other']),
          size: z.number(),
          modified_at: z.string(),
        }),
      )
      .optional()
      .meta({ description: 'Of list, sorted by path.' }),
    count: z.number().int().optional(),
  }),
  example: `id: save
uses: file
with:
  action: write
  path: report.json
  content: \${{ steps.stats.outputs }}
`,
  effects: (authored) => EFFECTS[String(authored['action'])] ?? 'once',
  check: checkFile,
  async execute(input, context) {
    try {
      return { type: 'done', outputs: await act(input, context) };
    } catch (error) {
      const known = fileError(error, input.path);
      if (known.code === 'file.missing' && input.missing === 'ignore')
        return { type: 'done', outputs: missingOutputs(input) };
      throw known;
    }
  },
  async rollback(input, outputs, context) {
    await undo(input, outputs as Record<string, Json>, context);
  },
});

function checkFile(authored: Record<string, unknown>) {
  const action = authored['action'];
  const problems = [];
  const needs = (key: string, why: string) => {
    if (authored[key] === undefined)
      problems.push({
        path: [],
        code: 'file.incomplete',
        message: `${why} needs \`${key}\`.`,
        hint: `Add \`${key}\`.`,
      });
  };
  if (action === 'copy' || action === 'move') needs('to', `A ${action}`);
  if (action === 'write' || action === 'append') needs('content', `The action ${action}`);
  if (typeof authored['path'] === 'string' && /(^|[/\\])\.\.([/\\]|$)/.test(authored['path']))
    problems.push({
      path: ['path'],
      code: 'file.outside',
      message: 'A path with `..` leads out of its folder.',
      hint: 'Write the path without `..`.',
    });
  return problems;
}

function optionsOf(input: FileInput): FileOptions {
  return {
    encoding: input.encoding,
    maxBytes: input.max_bytes,
    overwrite: input.overwrite,
    recursive: input.recursive,
    mode: input.mode === undefined ? undefined : Number.parseInt(input.mode, 8),
  };
}

async function act(input: FileInput, context: StepContext): Promise<Record<string, Json>> {
  const options = optionsOf(input);
  const find = (path: string, follow: boolean) => safePath(path, context.fileRoots, follow);
  switch (input.action) {
    case 'read':
      return readContent(await find(input.path, true), options);
    case 'write': {
      const at = await find(input.path, true);
      const kept = await keepPrevious(at, backupPath(context, at.path), BACKUP_LIMIT);
      const written = await writeContent(at, contentOf(input), options);
      return { ...written, created: kept.created, ...(kept.backup ? { backup: kept.backup } : {}) };
    }
    case 'append':
      return appendContent(await find(input.path, true), contentOf(input), options);
    case 'copy':
      return copyFile(await find(input.path, true), await find(destination(input), true), options);
    case 'move':
      return moveFile(
        await find(input.path, false),
        await find(destination(input), false),
        options,
      );
    case 'delete': {
      const deleted = await deleteFile(await find(input.path, false), options);
      if (!deleted.deleted && input.missing === 'fail')
        throw Object.assign(new Error(), { code: 'ENOENT' });
      return deleted;
    }
    case 'list':
      return listFolder(await find(input.path, true), options);
    case 'exists': {
      const at = await find(input.path, true);
      return { path: at.path, exists: (await statOf(at.path)) !== undefined };
    }
  }
}

function missingOutputs(input: FileInput): Record<string, Json> {
  const extra: Partial<Record<FileInput['action'], Record<string, Json>>> = {
    read: { content: null },
    list: { entries: [], count: 0 },
    delete: { deleted: false },
  };
  return { path: input.path, exists: false, ...extra[input.action] };
}

function destination(input: FileInput): string {
  if (input.to !== undefined) return input.to;
  throw incomplete('to');
}

function contentOf(input: FileInput): Buffer {
  const { content, encoding } = input;
  if (content === undefined) throw incomplete('content');
  const text = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`;
  return Buffer.from(text, encoding);
}

function incomplete(key: string): NexusError {
  return new NexusError({
    code: 'file.incomplete',
    message: `This action needs \`${key}\`.`,
    hint: `Add \`${key}\`.`,
    details: { retryable: false },
  });
}

/** The same for every attempt of one step, so that a repeated write does not take its own work for what was before. */
function backupPath(context: StepContext, path: string): string {
  const { id, index = 0 } = context.step;
  const where = createHash('sha256').update(path).digest('hex').slice(0, 12);
  return join(context.runFolder(), `.before-${id}-${index}-${where}`);
}

async function undo(input: FileInput, outputs: Record<string, Json>, context: StepContext) {
  const at = (key: string) => safePath(textAt(outputs, key), context.fileRoots, false);
  if (input.action === 'move')
    await moveFile(await at('path'), await at('from'), {
      ...optionsOf(input),
      overwrite: false,
    });
  else if (input.action === 'write' && typeof outputs['backup'] === 'string')
    await putBack(await at('path'), backupPath(context, textAt(outputs, 'path')));
  else if ((input.action === 'write' || input.action === 'copy') && outputs['created'] === true)
    await deleteFile(await at('path'), optionsOf(input));
  else if (EFFECTS[input.action] === 'once' || ['write', 'copy', 'delete'].includes(input.action))
    throw new NexusError({
      code: 'file.cannot_undo',
      message: `What ${input.action} did to ${textAt(outputs, 'path')} cannot be undone.`,
      hint: 'Name a step of your own under `rollback`.',
    });
}

function textAt(outputs: Record<string, Json>, key: string): string {
  const value = outputs[key];
  return typeof value === 'string' ? value : '';
}
