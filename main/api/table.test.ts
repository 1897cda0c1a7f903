import { createRouterClient } from '@orpc/server';
import { ORPCError } from '@orpc/client';
import { describe, expect, it } from 'vitest';
import { roles } from '#contract/define.ts';
import { contract } from '#contract/index.ts';
import type { Caller } from '#contract/platform.ts';
import { operationMeta, walkContract } from '#contract/walk.ts';
import type { AuditRecord } from '#main/audit/index.ts';
import { silentLogger } from '#main/base/log.ts';
import { bind } from './bind.ts';
import type { Connection } from './call.ts';
import { createApi } from './index.ts';
import { sampleInputs } from './samples.testing.ts';
import { memoryServices } from './services.testing.ts';
import { StreamGates } from './streamGates.ts';

const operations = walkContract(contract).map(({ name, operation }) => ({
  name,
  ...operationMeta(operation),
}));

function table(options: { policy?: Parameters<typeof createApi>[0]['policy'] } = {}) {
  const records: AuditRecord[] = [];
  const services = memoryServices();
  const api = createApi({
    services,
    record: async (entry) => void records.push(entry),
    log: silentLogger,
    ...options,
  });
  const call = (name: string, caller: Caller | undefined, input?: unknown): Promise<unknown> => {
    const [group, member] = name.split('.') as [string, string];
    const connection: Connection = {
      identify: () => caller,
      face: caller?.face ?? 'rest',
      streams: new StreamGates(true),
    };
    const client = createRouterClient(api.router, { context: connection }) as Record<
      string,
      Record<string, (input: unknown) => Promise<unknown>>
    >;
    const samples = sampleInputs as unknown as Record<string, Record<string, unknown>>;
    return client[group]![member]!(input ?? samples[group]![member]);
  };
  return { api, services, records, call };
}
const as = (role: Caller['role']): Caller => ({ name: `a-${role}`, role, face: 'rest' });
const here = (caller: Caller): Caller => ({ ...caller, face: 'cli' });
const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error as ORPCError<string, { code: string; hint?: string }>,
  );
const weakerThan = (role: string) => roles[roles.indexOf(role as Caller['role']) - 1];

describe('the table of operations', () => {
  it('says of every operation its title, role, audit and route', () => {
    // Bug caught: an operation smuggled in past `operation()`, without a role or an audit rule.
    for (const operation of operations) {
      expect(operation).toMatchObject({
        title: expect.stringMatching(/^[A-Z]/),
        role: expect.toSatisfy((role) => [...roles, 'anyone'].includes(role)),
        audit: expect.stringMatching(/^(none|call|input)$/),
        path: expect.stringMatching(/^\/[a-z-]+/),
      });
    }
  });

  it('has no two routes that a request could mean at once', () => {
    // Bug caught: GET /runs/{id} beside GET /runs/{name}: whichever was added last wins silently.
    const routes = operations.map(
      ({ method, path }) => `${method} ${path.replace(/\{[^}]+\}/g, '{}')}`,
    );
    expect(new Set(routes).size).toBe(routes.length);
  });

  it('changes nothing by GET, and what only streams is a GET', () => {
    // Bug caught: an image tag or a prefetch that changes something.
    for (const { name, method, audit, stream } of operations) {
      const writes = method === 'GET' && audit !== 'none' && name !== 'audit.export';
      expect({ name, writes }).toEqual({ name, writes: false });
      // A command on a host changes something and streams its output: that one is a POST.
      const view = stream === true && audit === 'none';
      expect({ name, viewByPost: view && method !== 'GET' }).toEqual({ name, viewByPost: false });
    }
  });

  it.each(operations)(
    '$name refuses a weaker role, records it and counts it',
    async (operation) => {
      // Bug caught: a handler that is reached before the role is known.
      const { api, services, records, call } = table();
      const weaker = weakerThan(operation.role);
      const caller = weaker && as(weaker);
      const error = await errorOf(call(operation.name, caller));
      expect(error).toBeInstanceOf(ORPCError);
      expect(error?.code).toBe(weaker ? 'access.denied' : 'access.unauthenticated');
      expect(error?.status).toBe(weaker ? 403 : 401);
      expect(records).toEqual([
        expect.objectContaining({
          action: operation.name,
          outcome: 'refused',
          actor: weaker ? `a-${weaker}` : 'anonymous',
          code: error?.code,
        }),
      ]);
      expect(api.telemetry.summary()[operation.name]).toMatchObject({ calls: 1, refused: 1 });
      expect(services.reached).toEqual([]);
    },
  );

  it.each(operations)(
    '$name is done for its role, recorded as it says, and counted',
    async (operation) => {
      // Bug caught: an operation that is bound to the wrong service, or whose answer breaks its schema.
      const { api, records, call } = table();
      const caller = as(operation.role as Caller['role']);
      const output = await call(operation.name, operation.local ? here(caller) : caller);
      if (operation.stream) await (output as AsyncGenerator).return(undefined);
      expect(records.map(({ action, outcome }) => ({ action, outcome }))).toEqual(
        operation.audit === 'none' ? [] : [{ action: operation.name, outcome: 'allowed' }],
      );
      expect(records.map((entry) => entry.details !== undefined)).toEqual(
        { none: [], call: [false], input: [true] }[operation.audit],
      );
      expect(api.telemetry.summary()[operation.name]).toMatchObject({
        calls: 1,
        refused: 0,
        failed: 0,
      });
    },
  );

  it.each(operations)('$name can be stopped by a policy', async ({ name }) => {
    // Bug caught: an operation that goes round the policy slot.
    const { services, records, call } = table({
      policy: ({ operation }) => ({ allow: false, reason: `not ${operation}` }),
    });
    const error = await errorOf(call(name, here(as('admin'))));
    expect(error?.code).toBe('policy.denied');
    expect(error?.message).toContain(`not ${name}`);
    expect(records[0]).toMatchObject({ outcome: 'refused', code: 'policy.denied' });
    expect(services.reached).toEqual([]);
  });
});

describe('secret inputs', () => {
  it('are of every face in no record, whatever becomes of the call', async () => {
    // Bug caught: a passphrase in the audit log because its field was not named as secret.
    const { records, call } = table();
    const samples = sampleInputs as unknown as Record<string, Record<string, object>>;
    for (const { name, secrets = [] } of operations) {
      if (secrets.length === 0) continue;
      const [group, member] = name.split('.') as [string, string];
      const given = Object.fromEntries(secrets.map((field) => [field, 'hunter2hunter2']));
      const input = { ...samples[group]![member], ...given };
      await errorOf(call(name, here(as('admin')), input));
      await errorOf(call(name, undefined, input));
    }
    expect(records.length).toBeGreaterThan(10);
    expect(JSON.stringify(records)).not.toContain('hunter2hunter2');
    expect(JSON.stringify(records)).not.toContain('correct horse');
  });

  it('come out on the local command line only, also for an administrator', async () => {
    // Bug caught: a page, or a token that was stolen, that reads values.
    for (const face of ['window', 'dashboard', 'rest'] as const) {
      const { services, records, call } = table();
      const error = await errorOf(call('vault.get', { ...as('admin'), face }));
      expect(error).toMatchObject({ code: 'access.local_only', status: 403 });
      expect(records).toEqual([expect.objectContaining({ outcome: 'refused', face })]);
      expect(services.reached).toEqual([]);
    }
  });

  it('take no keychain from afar', async () => {
    // Bug caught: an operator's token that opens the vault of a desktop without the passphrase.
    const { call } = table();
    expect((await errorOf(call('vault.unlock', as('admin'), { keychain: true })))?.code).toBe(
      'access.denied',
    );
    expect(
      await errorOf(
        call('vault.unlock', { ...as('operator'), face: 'window' }, { keychain: true }),
      ),
    ).toBeUndefined();
    // Without a key of its own a restore opens the vault with the keychain as well.
    for (const input of [{}, { accept_current: true }, { generation: 1 }])
      expect((await errorOf(call('vault.restore', as('admin'), input)))?.code).toBe(
        'access.denied',
      );
    const two = { passphrase: 'correct horse', identity: 'AGE-SECRET-KEY-1X' };
    expect((await errorOf(call('vault.restore', as('admin'), two)))?.code).toBe(
      'vault.key_invalid',
    );
    for (const face of ['window', 'cli'] as const)
      expect(await errorOf(call('vault.restore', { ...as('admin'), face }, {}))).toBeUndefined();
  });
});

describe('the guards', () => {
  it('refuse when the policy itself fails', async () => {
    // Bug caught: a policy with a typo that lets everything through.
    const { call } = table({
      policy: () => {
        throw new Error('boom');
      },
    });
    expect((await errorOf(call('runs.list', as('admin'))))?.code).toBe('policy.denied');
  });

  it('show the policy the validated input, defaults filled in', async () => {
    // Bug caught: a policy that judges one text while the handler gets another.
    let seen: unknown;
    const { call } = table({
      policy: ({ input }) => {
        seen = input;
        return { allow: true };
      },
    });
    await call('runs.list', as('viewer'), { limit: '7', bogus: 1 });
    expect(seen).toEqual({ limit: 7 });
  });

  it('answer only once the audit log has the entry, and not at all when it cannot be written', async () => {
    // Bug caught: an answer that overtakes its record; a full disk that switches the log off silently.
    const services = memoryServices();
    const api = createApi({
      services,
      record: async () => {
        throw new Error('disk full');
      },
      log: silentLogger,
    });
    const client = api.localClient({ name: 'owner', role: 'admin', face: 'cli' });
    await expect(client.runs.start({ name: 'hello' })).rejects.toMatchObject({ code: 'internal' });
    await expect(client.runs.list({})).resolves.toBeDefined();
  });

  it('name the fields of an invalid input and do not reach the service', async () => {
    const { services, records, call } = table();
    const error = await errorOf(call('runs.resolve', as('admin'), { id: 'run_1', action: 'jump' }));
    expect(error?.code).toBe('input.invalid');
    expect(error?.status).toBe(400);
    expect(error?.data).toMatchObject({
      details: { fields: [{ path: 'step' }, { path: 'action' }] },
    });
    expect(records).toEqual([
      expect.objectContaining({ outcome: 'failed', code: 'input.invalid' }),
    ]);
    expect(services.reached).toEqual([]);
  });

  it('tell nothing of the inside when something unexpected breaks', async () => {
    // Bug caught: a stack or a path of the machine in an answer.
    const { call } = table();
    const error = await errorOf(call('runs.get', as('viewer'), { id: 'defect' }));
    expect(error).toMatchObject({ code: 'internal', status: 500 });
    expect(JSON.stringify(error?.toJSON())).not.toMatch(/secret|TypeError|\.ts/);
  });

  it('take the caller from the connection, never from the input', async () => {
    const { services, call } = table();
    await call('runs.cancel', as('operator'), {
      id: 'run_1',
      by: 'root',
      caller: { role: 'admin' },
    });
    expect(services.reached[0]).toEqual({
      name: 'engine.cancel',
      args: ['run_1', 'a-operator', undefined],
    });
  });
});

describe('binding', () => {
  const options = {
    telemetry: undefined as never,
    record: async () => undefined,
    policy: () => ({ allow: true }) as const,
    onDefect: () => undefined,
  };

  it('refuses a table with an operation too few or too many', () => {
    // Bug caught: a renamed operation whose handler stays behind unnoticed.
    expect(() => bind({ streams: contract.streams }, { streams: {} }, options)).toThrow(
      /streams\.ack/,
    );
    expect(() =>
      bind(
        { streams: contract.streams },
        { streams: { ack: () => ({}), more: () => ({}) } },
        options,
      ),
    ).toThrow(/streams\.more/);
  });
});
