import { describe, expect, it } from 'vitest';
import { contract } from '#contract/index.ts';
import { operationMeta, walkContract } from '#contract/walk.ts';
import { openApiDocument } from './openapi.ts';

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema: object;
}
interface Operation {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Record<string, { schema: object }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

const document = (await openApiDocument('1.2.3')) as unknown as Document;
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, ...operation })),
);
const table = new Map(
  walkContract(contract).map(({ name, operation }) => [name, operationMeta(operation)]),
);

/** Every `$ref` below a value. */
function* refs(value: unknown): Generator<string> {
  if (value === null || typeof value !== 'object') return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === '$ref' && typeof inner === 'string') yield inner;
    else yield* refs(inner);
  }
}

describe('the OpenAPI document', () => {
  it('has exactly the operations of the table, at their routes', () => {
    expect(
      Object.fromEntries(operations.map((one) => [one.operationId, `${one.method} ${one.path}`])),
    ).toEqual(
      Object.fromEntries(
        [...table].map(([name, { method, path }]) => [
          name,
          `${method.toLowerCase()} ${path.replaceAll('{+', '{')}`,
        ]),
      ),
    );
  });

  it('leads nowhere with no reference', () => {
    // Bug caught: generators of clients stop at the first $ref that is not there.
    const found = [...refs(document)];
    expect(found.length).toBeGreaterThan(100);
    for (const ref of new Set(found)) {
      const target = ref
        .replace(/^#\//, '')
        .split('/')
        .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
        .reduce<unknown>((at, part) => (at as Record<string, unknown>)?.[part], document);
      expect(target, ref).toBeDefined();
    }
  });

  it('is plain JSON: nothing is lost when it is sent', () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it.each(operations)('$operationId declares its path, its answer and its errors', (operation) => {
    const { path, method, parameters = [], requestBody, responses } = operation;
    const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
    const declared = parameters.filter((one) => one.in === 'path');
    expect(declared.map(({ name }) => name).toSorted()).toEqual(inPath.toSorted());
    for (const one of declared) expect(one.required).toBe(true);
    expect(new Set(parameters.map((one) => `${one.in} ${one.name}`)).size).toBe(parameters.length);
    if (method === 'get') expect(requestBody).toBeUndefined();
    const meta = table.get(operation.operationId)!;
    const [status] = Object.keys(responses).filter((one) => one.startsWith('2'));
    expect(Object.keys(responses[status!]!.content ?? {})).toEqual([
      meta.stream ? 'text/event-stream' : 'application/json',
    ]);
    for (const error of ['400', '401', '403', '429', 'default'])
      expect(responses[error]!.content).toEqual({
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
      });
    expect(operation.summary).toBe(meta.title);
    expect(operation.description).toContain(meta.role);
    expect(operation.tags).toEqual([operation.operationId.split('.')[0]]);
  });
});
