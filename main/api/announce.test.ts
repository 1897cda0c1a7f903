import { describe, expect, it } from 'vitest';
import { contract } from '#contract/index.ts';
import { operationMeta, walkContract } from '#contract/walk.ts';
import { silentLogger } from '#main/base/log.ts';
import { NexusError } from '#main/base/errors.ts';
import { createApi } from './index.ts';
import { sampleInputs } from './samples.testing.ts';
import { memoryServices } from './services.testing.ts';

function world(announce?: () => Promise<number>) {
  const told: string[] = [];
  const services = memoryServices();
  const { reached } = services;
  const note = reached.push.bind(reached);
  reached.push = (...calls) => {
    for (const { name } of calls) told.push(`did ${name}`);
    return note(...calls);
  };
  let ids = 0;
  const api = createApi({
    services,
    announce:
      announce ??
      (async ({ action }) => {
        ids += 1;
        told.push(`announced ${action} ${ids}`);
        return ids;
      }),
    record: async ({ action, outcome }, intent) => {
      told.push(`recorded ${action} ${outcome} ${intent ?? 'unannounced'}`);
    },
    log: silentLogger,
  });
  const client = (role: 'viewer' | 'operator' | 'admin' = 'admin') =>
    api.localClient({ name: 'owner', role, face: 'cli' });
  return { told, services, client };
}

const operations = walkContract(contract).map(({ name, operation }) => ({
  name,
  ...operationMeta(operation),
}));
const changes = operations.filter(({ audit, method }) => audit !== 'none' && method !== 'GET');

describe('the notice before a change', () => {
  it('is given before it is done, and its entry settles it', async () => {
    // Bug caught: a kill between the act and its entry leaves a change that nobody is told of.
    const { told, client } = world();
    await client().runs.cancel({ id: 'run_1' });
    expect(told).toEqual([
      'announced runs.cancel 1',
      'did engine.cancel',
      'recorded runs.cancel allowed 1',
    ]);
  });

  // The entry of a stream is written when it is opened, before any of its work is done.
  it.each(changes)('is given for $name', async ({ name }) => {
    const { told, client } = world();
    const [group, member] = name.split('.') as [string, string];
    const samples = sampleInputs as unknown as Record<string, Record<string, unknown>>;
    const table = client() as unknown as Record<
      string,
      Record<string, (input: unknown) => Promise<unknown>>
    >;
    await table[group]![member]!(samples[group]![member]);
    expect(told[0]).toBe(`announced ${name} 1`);
    expect(told.at(-1)).toBe(`recorded ${name} allowed 1`);
    expect(told.filter((line) => line.startsWith('recorded'))).toHaveLength(1);
  });

  it('is not given for what is refused or invalid, nor for what changes nothing', async () => {
    // Bug caught: a stranger who can have two rows written for each refused call.
    const { told, client } = world();
    await expect(client('viewer').runs.cancel({ id: 'run_1' })).rejects.toThrow('operator');
    await expect(client().runs.cancel({ id: 7 as unknown as string })).rejects.toThrow('id');
    await client().runs.list({});
    await client().audit.export({});
    expect(told.filter((line) => line.startsWith('announced'))).toEqual([]);
    expect(told.filter((line) => line.startsWith('recorded'))).toEqual([
      'recorded runs.cancel refused unannounced',
      'recorded runs.cancel failed unannounced',
      'recorded audit.export allowed unannounced',
    ]);
  });

  it('of a change that failed is settled by the entry that says so', async () => {
    const { told, services, client } = world();
    services.engine.cancel = async () => {
      throw new NexusError({ code: 'run.ended', message: 'It has ended.' });
    };
    await expect(client().runs.cancel({ id: 'run_1' })).rejects.toThrow('It has ended');
    expect(told).toEqual(['announced runs.cancel 1', 'recorded runs.cancel failed 1']);
  });

  it('that cannot be given keeps the change from being made', async () => {
    // Bug caught: a full disk on which everything is still done, and nothing recorded.
    const { told, client } = world(async () => {
      throw new NexusError({ code: 'audit.unavailable', message: 'Full.', kind: 'operational' });
    });
    await expect(client().runs.cancel({ id: 'run_1' })).rejects.toMatchObject({
      code: 'audit.unavailable',
    });
    expect(told).toEqual(['recorded runs.cancel failed unannounced']);
  });

  it('keeps the notices of calls at the same time apart', async () => {
    const { told, client } = world();
    const calls = Array.from({ length: 5 }, () => client().runs.cancel({ id: 'run_1' }));
    await Promise.all(calls);
    const settled = told.filter((line) => line.startsWith('recorded')).map((line) => line.at(-1));
    expect(settled.toSorted()).toEqual(['1', '2', '3', '4', '5']);
  });
});
