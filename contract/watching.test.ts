import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { alertRule, alertRuleFields } from './alerts.ts';
import { metricName, metricUnit, unitOf } from './monitor.ts';
import { question, questionEvent } from './questions.ts';
import { snippet, terminalOutput, terminals } from './terminals.ts';
import { vault } from './vault.ts';
import { rotationPolicy, secretName } from './vaultSecrets.ts';

const takes = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success;
const inputOf = (operation: { '~orpc': { inputSchema?: unknown } }) =>
  operation['~orpc'].inputSchema as z.ZodType;

describe('a metric', () => {
  it.each(['up', 'cpu.total', 'load.1', 'disk.used_percent:/srv/my data', 'net.received:eth0'])(
    'is %s',
    (name) => expect(takes(metricName, name)).toBe(true),
  );

  it.each(['', 'CPU', 'cpu.', '.cpu', 'cpu total', 'a.b.c.d.e', 'disk.used:', 'disk.used:a\nb'])(
    'is not %j',
    (name) => expect(takes(metricName, name)).toBe(false),
  );

  it('has a unit, whatever its label says', () => {
    // Bug caught: a disk that is mounted at /cpu.x is shown in percent.
    const names = fc.constantFrom(
      'cpu.total',
      'memory.total',
      'disk.read',
      'uptime',
      'up',
      'load.1',
    );
    fc.assert(
      fc.property(names, fc.stringMatching(/^[a-z./_]{1,20}$/), (name, label) => {
        expect(unitOf(`${name}:${label}`)).toBe(unitOf(name));
        expect(metricUnit.options).toContain(unitOf(name));
      }),
    );
    expect(['cpu.total', 'swap.used_percent', 'disk.busy:sda'].map(unitOf)).toEqual(
      Array(3).fill('percent'),
    );
    expect(['disk.read', 'net.sent:eth0'].map(unitOf)).toEqual(Array(2).fill('bytes_per_second'));
    expect(['memory.free', 'disk.used:/'].map(unitOf)).toEqual(['bytes', 'bytes']);
    expect(['uptime', 'load.1', 'processes'].map(unitOf)).toEqual(['seconds', 'count', 'count']);
  });
});

describe('an alert rule', () => {
  const least = { name: 'full', metric: 'disk.used_percent', comparison: '>', threshold: 90 };

  it('watches every host at once, warns, and tells people', () => {
    expect(alertRuleFields.parse(least)).toEqual({
      ...least,
      for: '0s',
      hosts: '*',
      severity: 'warning',
      notify: true,
    });
  });

  it.each([
    { name: 'Full' },
    { name: 'a b' },
    { name: '' },
    { comparison: '=' },
    { comparison: '!=' },
    { threshold: '90' },
    { threshold: Number.NaN },
    { threshold: Number.POSITIVE_INFINITY },
    { for: 'soon' },
    { hosts: '' },
    { severity: 'fatal' },
    { notify: 'yes' },
  ])('is refused with %j', (wrong) => {
    expect(takes(alertRuleFields, { ...least, ...wrong })).toBe(false);
  });

  it('is answered with its unit and since when it is there', () => {
    const whole = { ...alertRuleFields.parse(least), id: 'a', paused: false, unit: 'percent' };
    expect(takes(alertRule, { ...whole, created_at: '2026-11-21T12:00:00.000Z' })).toBe(true);
    expect(takes(alertRule, whole)).toBe(false);
  });
});

describe('a secret', () => {
  it('is called as a variable of a shell is', () => {
    // Bug caught: a name that cannot be exported as NAME=value, or that ends the expression around it.
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 20 }), (name) => {
        expect(takes(secretName, name)).toBe(/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
      }),
    );
    for (const name of ['', '1A', 'A-B', 'A.B', 'A B', 'Ä', 'A\n', 'x'.repeat(129)])
      expect(takes(secretName, name)).toBe(false);
  });

  it('is to be rotated after days that can be counted, with a fortnight’s warning', () => {
    expect(rotationPolicy.parse({ max_age_days: 90 })).toEqual({ max_age_days: 90, warn_days: 14 });
    for (const wrong of [{ max_age_days: 0 }, { max_age_days: 1.5 }, { max_age_days: 3651 }, {}])
      expect(takes(rotationPolicy, wrong)).toBe(false);
  });

  it('is exported to somebody, and never to nobody', () => {
    const schema = inputOf(vault.export);
    expect(takes(schema, { recipients: ['age1x'] })).toBe(true);
    for (const recipients of [undefined, [], 'age1x', Array(21).fill('age1x')])
      expect(takes(schema, { recipients })).toBe(false);
  });

  it('is guarded by a passphrase that is one', () => {
    for (const operation of [vault.init, vault.rekey])
      for (const passphrase of ['', undefined, null, 5, 'x'.repeat(1025)])
        expect(takes(inputOf(operation), { passphrase })).toBe(false);
    expect(inputOf(vault.init).parse({ passphrase: 'x' })).toMatchObject({
      recovery: true,
      keychain: false,
    });
  });
});

describe('a terminal', () => {
  it('has a size that a program can draw in', () => {
    const schema = inputOf(terminals.resize);
    expect(schema.parse({ id: 't' })).toEqual({ id: 't', cols: 80, rows: 24 });
    for (const wrong of [{ cols: 1 }, { cols: 1001 }, { rows: 0 }, { rows: 501 }, { cols: 80.5 }])
      expect(takes(schema, { id: 't', ...wrong })).toBe(false);
  });

  it('tells its output apart: a snapshot, data, a size', () => {
    const size = { cols: 80, rows: 24 };
    for (const good of [
      { type: 'snapshot', text: '', offset: 0, resync: false, ...size },
      { type: 'data', data: 'AA==' },
      { type: 'resize', ...size },
    ])
      expect(takes(terminalOutput, good)).toBe(true);
    for (const bad of [{ type: 'data' }, { type: 'snapshot', ...size }, { type: 'bell' }, {}])
      expect(takes(terminalOutput, bad)).toBe(false);
  });

  it('has snippets with a name that is more than blanks', () => {
    expect(snippet.parse({ id: 's', name: '  disk  ', text: 'df -h' })).toEqual({
      id: 's',
      name: 'disk',
      text: 'df -h',
      run: false,
    });
    for (const name of ['', '   ', 'x'.repeat(81)])
      expect(takes(snippet, { id: 's', name, text: 'x' })).toBe(false);
  });
});

describe('a question', () => {
  const asked = {
    id: 'q',
    kind: 'host_key',
    title: 'Is this web?',
    text: 'SHA256:…',
    fields: [{ name: 'answer', label: 'Accept', type: 'choice' }],
    subject: 'web',
    asked_at: '2026-11-21T12:00:00.000Z',
    expires_at: '2026-11-21T12:02:00.000Z',
  };

  it('must be answered in every field that does not say otherwise, and ends', () => {
    expect(question.parse(asked).fields).toEqual([{ ...asked.fields[0], required: true }]);
    const { expires_at: _ends, ...endless } = asked;
    expect(takes(question, endless)).toBe(false);
    expect(takes(questionEvent, { type: 'closed', id: 'q' })).toBe(true);
    expect(takes(questionEvent, { type: 'asked', id: 'q' })).toBe(false);
  });
});
