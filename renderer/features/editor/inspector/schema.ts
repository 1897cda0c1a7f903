import type { Json } from '#contract/common.ts';

/** JSON Schema 2020-12, as far as forms need it. */
export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: Json;
  enum?: Json[];
  const?: Json;
  examples?: Json[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  $ref?: string;
  $defs?: Record<string, Schema>;
  minimum?: number;
  maximum?: number;
  'x-nexus-editor'?: string;
}

/** The control that a value of a schema is edited with. */
export type Control =
  | { kind: 'text'; editor: 'plain' | 'shell' | 'javascript' | 'expression' | 'text' | 'workflow' }
  | { kind: 'number'; integer: boolean }
  | { kind: 'boolean' }
  | { kind: 'enum'; options: Json[] }
  | { kind: 'list'; item: Schema }
  | { kind: 'map'; value: Schema }
  | { kind: 'object'; schema: Schema }
  | { kind: 'choice'; options: Schema[] }
  /** Any JSON: edited as YAML-like text. */
  | { kind: 'any' };

const ROOT: Schema = {};

/** Follows `$ref` inside the same document; a reference to nowhere is anything. */
export function resolve(schema: Schema, root: Schema = ROOT): Schema {
  const match = /^#\/\$defs\/(.+)$/.exec(schema.$ref ?? '');
  if (!match) return schema;
  const { $ref: _gone, ...own } = schema;
  return { ...root.$defs?.[match[1] ?? ''], ...own };
}

function isAny(raw: Schema, root: Schema): boolean {
  if (raw.$ref?.includes('__schema')) return true;
  const schema = resolve(raw, root);
  const types = (schema.anyOf ?? []).flatMap((each) => resolve(each, root).type ?? []);
  const plain =
    !schema.type && !schema.enum && !schema.properties && !schema.anyOf && !schema.oneOf;
  return plain || (types.includes('null') && types.includes('object') && types.includes('array'));
}

/** Decides on the control for a schema. */
export function controlOf(raw: Schema, root: Schema): Control {
  const schema = resolve(raw, root);
  const hint = schema['x-nexus-editor'];
  const options = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (options) return { kind: 'enum', options };
  if (hint === 'shell' || hint === 'javascript' || hint === 'workflow')
    return { kind: 'text', editor: hint };
  if (hint === 'text') return { kind: 'text', editor: 'text' };
  if (isAny(raw, root)) return { kind: 'any' };
  if (schema.anyOf ?? schema.oneOf) return unionOf(schema.anyOf ?? schema.oneOf ?? [], root);
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  if (types.length > 1) return { kind: 'text', editor: 'plain' };
  switch (types[0]) {
    case 'number':
    case 'integer':
      return { kind: 'number', integer: types[0] === 'integer' };
    case 'boolean':
      return { kind: 'boolean' };
    case 'array':
      return { kind: 'list', item: schema.items ?? {} };
    case 'object':
      return schema.properties
        ? { kind: 'object', schema }
        : {
            kind: 'map',
            value:
              typeof schema.additionalProperties === 'object' ? schema.additionalProperties : {},
          };
    default:
      return { kind: 'text', editor: 'plain' };
  }
}

function unionOf(members: Schema[], root: Schema): Control {
  const all = members.map((each) => resolve(each, root));
  const scalar = (schema: Schema) =>
    ['string', 'number', 'integer', 'boolean', 'null'].includes(String(schema.type)) &&
    !schema.enum;
  if (all.every(scalar)) return { kind: 'text', editor: 'plain' };
  const enums = all.filter((schema) => schema.enum ?? schema.const !== undefined);
  if (enums.length === all.length) {
    return {
      kind: 'enum',
      options: all.flatMap((schema) => schema.enum ?? [schema.const ?? null]),
    };
  }
  // One or several of the same: a list of one is as good.
  const list = all.find((schema) => schema.type === 'array');
  const others = all.filter((schema) => schema !== list);
  if (list && others.every(scalar)) return { kind: 'list', item: list.items ?? {} };
  return { kind: 'choice', options: all };
}

/** A JSON value in one line. */
export function scalarText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The name of one way to fill a choice. */
export function choiceName(schema: Schema): string {
  if (schema.title) return schema.title;
  const [only, ...more] = Object.keys(schema.properties ?? {});
  if (only !== undefined && more.length === 0) return only;
  if (schema.const !== undefined) return scalarText(schema.const);
  if (schema.enum) return schema.enum.map(scalarText).join(', ');
  return typeof schema.type === 'string' ? schema.type : 'value';
}

/** Which of the options a value is of; -1 when it fits none. */
export function chosen(options: readonly Schema[], value: Json | undefined): number {
  return value === undefined ? -1 : options.findIndex((option) => fits(option, value));
}

function fits(option: Schema, value: Json): boolean {
  const members = option.anyOf ?? option.oneOf;
  if (members) return members.some((member) => fits(member, value));
  if (option.const !== undefined) return option.const === value;
  if (option.enum) return option.enum.includes(value as never);
  if (value === null) return option.type === 'null';
  if (Array.isArray(value)) return option.type === 'array';
  if (typeof value === 'object') {
    return (
      option.type === 'object' && (option.required ?? []).every((key) => Object.hasOwn(value, key))
    );
  }
  return option.type === typeof value || (option.type === 'integer' && typeof value === 'number');
}

/** Whether a text is (or holds) an expression. */
export function isExpression(value: Json | undefined): value is string {
  return typeof value === 'string' && value.includes('${{');
}

/** Reads what was typed where a number, a boolean or text may stand: the type that the schema allows. */
export function readScalar(text: string, schema: Schema, root: Schema): Json {
  const target = resolve(schema, root);
  const types = new Set(
    [target, ...(target.anyOf ?? [])].flatMap((each) => resolve(each, root).type ?? []),
  );
  const numeric = types.has('number') || types.has('integer');
  if (numeric && /^-?\d+(\.\d+)?$/.test(text)) {
    // Where text may stand, 0755 and 1.10 are not the numbers 755 and 1.1.
    if (!types.has('string') || String(Number(text)) === text) return Number(text);
  }
  if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/** A key as words: `success_codes` becomes “Success codes”. */
export function labelOf(key: string, schema: Schema): string {
  // A duration is called so by its type; a key such as `every` says more.
  if (schema.title && schema.title !== 'Duration') return schema.title;
  const words = key.replace(/[_-]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
