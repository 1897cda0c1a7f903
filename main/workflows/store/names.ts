import { isMap, parseDocument } from 'yaml';
import { workflowName } from '#contract/workflow.ts';
import { NexusError } from '#main/base/errors.ts';

/**
 * A name that is safe as the name of a file.
 * @throws NexusError `workflow.name`
 */
export function checkedName(name: string): string {
  if (workflowName.safeParse(name).success) return name;
  throw new NexusError({
    code: 'workflow.name',
    message: `“${name.slice(0, 100)}” is not allowed as the name of a workflow.`,
    hint: 'Use lower-case letters, digits, dots, dashes and underscores, starting with a letter or digit, at most 100.',
  });
}

/** The text with `name:` set, its comments and layout kept. A text without a name stays as it is: its file names it. */
export function withName(source: string, name: string): string {
  const document = parseDocument(source, { prettyErrors: false, logLevel: 'silent' });
  if (document.errors.length > 0 || !isMap(document.contents)) return source;
  const pair = document.contents.items.find((item) => String(item.key) === 'name');
  const value = pair?.value as
    | { value?: unknown; range?: [number, number, number] }
    | null
    | undefined;
  if (!value?.range || value.value === name) return source;
  // A name such as 2024 or null would be read as another type.
  const text =
    /^[a-z][a-z0-9_.-]*$/.test(name) && !/^(true|false|null)$/.test(name)
      ? name
      : JSON.stringify(name);
  const [start, end] = value.range;
  // A block (`name: |`) ends with its line, which must go on ending there.
  const lineEnd = /\r?\n[ \t]*$/.exec(source.slice(start, end))?.[0] ?? '';
  return source.slice(0, start) + text + lineEnd + source.slice(end);
}

/** The name of a removed file in the trash: what it was called, and an id. */
export function trashName(name: string, id: string): string {
  return `${name}--${id}.yaml`;
}

/**
 * The workflow's name in a trash name.
 * @throws NexusError `workflow.not_found`
 */
export function nameInTrash(trash: string): string {
  const match = /^(.+)--[a-z0-9_]+\.yaml$/.exec(trash);
  if (match && workflowName.safeParse(match[1]).success) return match[1]!;
  throw new NexusError({
    code: 'workflow.not_found',
    message: 'There is no such file in the trash.',
    hint: 'Look into the trash folder below NEXUS_HOME.',
  });
}
