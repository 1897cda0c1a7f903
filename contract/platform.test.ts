import { describe, expect, it } from 'vitest';
import { settings } from './platform.ts';
import { contract } from './index.ts';

interface Schema {
  shape?: Record<string, { safeParse: (value: unknown) => { success: boolean; data?: unknown } }>;
  safeParse: (value: unknown) => { success: boolean; data?: unknown };
}
interface Operation {
  '~orpc'?: { route?: { method?: string }; inputSchema?: Schema };
}
const schemaOf = (operation: unknown) => (operation as Operation)['~orpc']?.inputSchema;

describe('a change of settings', () => {
  it('names what is changed and nothing else', () => {
    // Bug caught: to set the environment's badge turns the approval for production hosts off.
    const input = schemaOf(contract.settings.set)!;
    expect(input.safeParse({ environment: 'lab' }).data).toEqual({ environment: 'lab' });
    expect(input.safeParse({}).data).toEqual({});
    for (const [name, value] of Object.entries(settings.parse({})))
      expect(input.safeParse({ [name]: value }).data).toEqual({ [name]: value });
  });

  it('refuses what no setting can be', () => {
    const input = schemaOf(contract.settings.set)!;
    for (const bad of [
      { retention_days: 0 },
      { vault_idle_minutes: -1 },
      { terminal_scrollback: 1e6 },
      { 'ssh.production_approval': true },
      { environment: 'x'.repeat(41) },
    ])
      expect(input.safeParse(bad).success, JSON.stringify(bad)).toBe(false);
  });

  it('has what it has where nobody has said anything', () => {
    expect(settings.parse({})).toMatchObject({
      'ssh.production_approval': 'off',
      vault_lock_with_screen: true,
      retention_days: 30,
    });
  });
});

describe('an operation that changes something in part', () => {
  // A rule is written anew as a whole: what is left out of it has its usual value.
  const whole = new Set(['alerts.update']);
  const changes = Object.entries(contract).flatMap(([group, operations]) =>
    Object.entries(operations).flatMap(([name, operation]): [string, Schema][] => {
      const { route, inputSchema } = (operation as Operation)['~orpc'] ?? {};
      return route?.method === 'PATCH' && inputSchema ? [[`${group}.${name}`, inputSchema]] : [];
    }),
  );

  it.each(changes)('%s brings in no value of its own', (name, input) => {
    // Bug caught: a field that nobody named is reset to its default.
    if (whole.has(name)) return;
    const own = Object.entries(input.shape ?? {}).flatMap(([field, schema]) => {
      const { success, data } = schema.safeParse(undefined);
      return success && data !== undefined ? [field] : [];
    });
    expect(own).toEqual([]);
  });

  it('are several', () => expect(changes.length).toBeGreaterThan(4));
});
