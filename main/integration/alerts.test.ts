import Sqlite from 'better-sqlite3';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newFolder, nexus, serve, until } from './nexus.testing.ts';
import { openPlatform } from './platform.testing.ts';

const react = `name: react
on:
  alert:
    rules: always
    state: [firing, resolved]
    inputs:
      text: \${{ trigger.state }} \${{ trigger.rule }} on \${{ trigger.host }}
inputs:
  text: { type: string }
steps:
  - id: note
    uses: transform
    with: { set: { text: "\${{ inputs.text }}", value: "\${{ trigger.value }}" } }
outputs:
  text: \${{ steps.note.outputs.text }}
`;

/** A home with the workflow in it. */
function home(): string {
  const folder = newFolder();
  mkdirSync(join(folder, 'workflows'));
  writeFileSync(join(folder, 'workflows', 'react.yaml'), react);
  return folder;
}

describe('an alert', () => {
  test('starts its workflow once, is shown, and tells when it is over', async () => {
    const { client, platform } = await openPlatform({ home: home() });
    await client.monitor.set({ host: 'local', interval_seconds: 2 });
    const { rule } = await client.alerts.add({
      name: 'always',
      metric: 'up',
      comparison: '>',
      threshold: 0,
      severity: 'critical',
    });
    const [run] = await until(async () => {
      const { items } = await client.runs.list({ workflow: 'react' });
      return items.length > 0 && items;
    });
    const detail = await platform.engine.finished(run!.id);
    expect(detail.trigger).toMatchObject({ kind: 'alert' });
    expect(detail.outputs).toEqual({ text: 'firing always on This machine' });
    expect(detail.steps[0]?.outputs).toMatchObject({ value: 1 });
    const { states } = await client.alerts.states({ state: 'firing' });
    expect(states).toMatchObject([{ rule: rule.id, host: 'local', metric: 'up', value: 1 }]);
    const { notifications } = await client.notifications.list({});
    expect(notifications).toMatchObject([
      { level: 'danger', title: 'This machine: always', link: '/monitor?tab=alerts' },
    ]);
    const { alerts } = await client.alerts.history({});
    expect(alerts).toMatchObject([{ id: states[0]!.alert, runs: [{ run: run!.id }] }]);
    // Two more samples, and still one run.
    const before = (await client.monitor.latest({ host: 'local' })).sample!.at;
    await until(async () => (await client.monitor.latest({ host: 'local' })).sample!.at > before);
    expect((await client.runs.list({ workflow: 'react' })).items).toHaveLength(1);
  });

  test('and its rule are no business of a viewer, and are audited', async () => {
    const { platform, client } = await openPlatform();
    const viewer = platform.localClient({ name: 'v', role: 'viewer', face: 'rest' });
    const rule = { name: 'x', metric: 'up', comparison: '<', threshold: 1 } as const;
    await expect(viewer.alerts.add(rule)).rejects.toMatchObject({ code: 'access.denied' });
    await expect(viewer.monitor.set({ host: 'local', monitored: false })).rejects.toThrow(/role/);
    await expect(viewer.monitor.look({ host: 'local' })).rejects.toThrow(/role/);
    expect((await viewer.alerts.rules({})).rules).toEqual([]);
    await client.alerts.add(rule);
    const { items } = await client.audit.list({ action: 'alerts.add' });
    expect(items.map(({ outcome }) => outcome)).toEqual(['allowed', 'refused']);
  });
});

describe('a death of the platform', { timeout: 120_000 }, () => {
  // One alert, whatever the moment: one run of the workflow, one notification.
  test.each([
    ['before the decision is committed', 'monitor.alert.deciding'],
    ['after it', 'monitor.alert.decided'],
    ['after the run was started', 'monitor.alert.started'],
    ['inside the start of the run', 'engine.start.claimed'],
    ['after the run is journaled', 'engine.start.journaled'],
  ])('%s leaves one run', async (_when, failpoint) => {
    const folder = home();
    await nexus(['alert', 'add', 'always', 'up > 0'], { home: folder });
    const doomed = await serve(folder, { NEXUS_FAILPOINT: failpoint });
    expect((await doomed.ended).code).toBeNull();
    const server = await serve(folder);
    const runs = async () => {
      const { json } = await nexus(['run', 'list', '--json'], { home: folder });
      return (json.runs as { workflow: string; status: string }[]).filter(
        ({ workflow }) => workflow === 'react',
      );
    };
    await until(async () => (await runs()).some(({ status }) => status === 'succeeded'));
    const db = new Sqlite(join(folder, 'nexus.db'), { readonly: true });
    const count = (sql: string) => (db.prepare(sql).get() as { n: number }).n;
    await until(() => count('SELECT count(*) AS n FROM alert_events') === 0);
    expect(await runs()).toHaveLength(1);
    expect(count('SELECT count(*) AS n FROM alerts')).toBe(1);
    expect(count('SELECT count(*) AS n FROM alert_runs')).toBe(1);
    expect(count("SELECT count(*) AS n FROM notifications WHERE title LIKE '%always'")).toBe(1);
    db.close();
    await server.kill('SIGTERM');
  });
});
