import type { Json } from '#contract/common.ts';
import type { GraphStep } from '../document/graph.ts';

/** Which part of `with` says best what a step does, most telling first. */
const telling = [
  'run',
  'script',
  'code',
  'url',
  'path',
  'workflow',
  'title',
  'duration',
  'until',
  'event',
  'from',
  'status',
  'set',
];

function firstLine(text: string): string {
  return (
    text
      .split('\n')
      .map((line) => line.trim())
      .find((line) => line !== '' && !line.startsWith('#') && !line.startsWith('//')) ?? ''
  );
}

function words(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return firstLine(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.map(words).filter(Boolean).join(', ');
  return Object.keys(value).join(', ');
}

/** One line that says what a step does. */
export function summaryOf(step: GraphStep): string {
  const key = telling.find((each) => words(step.with[each]) !== '');
  const text = words(key === undefined ? Object.values(step.with)[0] : step.with[key]);
  const verb = step.with.method ?? (step.uses === 'file' ? step.with.action : undefined);
  return typeof verb === 'string' && verb !== text ? `${verb} ${text}` : text;
}

/** A condition in few words for an edge. */
export function shortCondition(condition: string): string {
  const bare = condition
    .replace(/^\s*\$\{\{\s*|\s*\}\}\s*$/g, '')
    .trim()
    .replace(/\bsteps\.(\w+)\.(?:outputs\.)?/g, '$1.');
  return bare.length > 34 ? `${bare.slice(0, 33)}…` : bare;
}
