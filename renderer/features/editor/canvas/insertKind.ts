import type { Json } from '#contract/common.ts';
import type { KindInfo } from '#contract/workflows.ts';
import { addStep, type Place } from '../document/commands.ts';
import type { EditorDocument } from '../store/EditorDocument.ts';

/** Media type of a kind that is dragged from the palette. */
export const DRAG_KIND = 'application/x-nexus-kind';

/** What a new step of a kind starts with, so that it is valid at once and says where to write. */
const starters: Record<string, { [key: string]: Json }> = {
  shell: { run: 'echo "Hello"\n' },
  http: { url: 'https://example.com' },
  code: { code: 'return { answer: 42 };\n' },
  transform: { set: { value: 'Hello' } },
  wait: { duration: '30s' },
  approval: { title: 'Go on?' },
  notify: { title: 'Done' },
  respond: { status: 200 },
  file: { action: 'read', path: 'notes.txt' },
};

let known: ReadonlyMap<string, KindInfo> = new Map();

/** Tells which kinds there are; their schemas say what a new step needs. */
export function learnKinds(kinds: ReadonlyMap<string, KindInfo>): void {
  known = kinds;
}

type Schema = { [key: string]: Json };

function asSchema(value: Json | undefined): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function emptyValue(schema: Schema): Json {
  if (schema.default !== undefined) return schema.default;
  if (Array.isArray(schema.enum)) return schema.enum[0] ?? null;
  if (schema.type === 'number' || schema.type === 'integer') {
    return typeof schema.minimum === 'number' ? schema.minimum : 0;
  }
  if (schema.type === 'boolean') return false;
  if (schema.type === 'array') return [];
  return schema.type === 'object' ? {} : '';
}

/** The `with` of a new step: a starter whose keys the kind has, else what the kind requires. */
export function starterOf(kind: KindInfo | undefined): { [key: string]: Json } {
  const schema = asSchema(kind?.with);
  const properties = asSchema(schema.properties);
  const starter = kind ? starters[kind.kind] : undefined;
  if (starter && Object.keys(starter).every((key) => key in properties)) return starter;
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.fromEntries(
    required.flatMap((key) =>
      typeof key === 'string' ? [[key, emptyValue(asSchema(properties[key]))] as const] : [],
    ),
  );
}

/** Adds a step of that kind and selects it. */
export function insertKind(
  document: EditorDocument,
  uses: string,
  place: Place,
  position?: [number, number],
): boolean {
  const step = { uses, with: starterOf(known.get(uses)), ...(position ? { position } : {}) };
  return document.run(addStep(step, place));
}
