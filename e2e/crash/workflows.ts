/** What the crash test runs: every way in which a run can wait, fail, branch and end. */
export interface Scenario {
  yaml: string;
  /** How every run of it must have ended. */
  ends: 'succeeded' | 'failed' | 'cancelled';
}

const scenario = (yaml: string, ends: Scenario['ends'] = 'succeeded'): Scenario => ({ yaml, ends });

export const scenarios: Record<string, Scenario> = {
  chain: scenario(`
name: chain
steps:
  - { id: a, uses: effect }
  - { id: b, uses: effect }
  - { id: c, uses: effect }
`),
  fan: scenario(`
name: fan
steps:
  - { id: a, uses: effect, needs: [] }
  - { id: b, uses: effect, needs: [] }
  - { id: c, uses: safe, needs: [] }
  - { id: join, uses: transform, needs: [a, b, c], with: { set: { ok: true } } }
  - { id: d, uses: effect }
`),
  each: scenario(`
name: each
steps:
  - { id: items, uses: safe, foreach: [1, 2, 3, 4, 5], max_parallel: 2, with: { n: '\${{ item }}' } }
  - { id: once, uses: effect, foreach: [1, 2, 3], with: { n: '\${{ item }}' } }
`),
  waits: scenario(`
name: waits
steps:
  - { id: nap, uses: wait, with: { duration: 20ms } }
  - { id: a, uses: effect }
  - { id: nap2, uses: wait, with: { duration: 40ms } }
  - { id: b, uses: effect }
`),
  retries: scenario(`
name: retries
steps:
  - { id: a, uses: flaky, retry: { attempts: 50, backoff: 10ms, factor: 1 } }
  - { id: b, uses: effect }
`),
  parent: scenario(`
name: parent
steps:
  - { id: call, uses: workflow, with: { workflow: child } }
  - { id: each, uses: workflow, foreach: [1, 2], with: { workflow: child } }
  - { id: a, uses: effect }
`),
  child: scenario('{ name: child, steps: [{ id: a, uses: effect }, { id: b, uses: safe }] }'),
  asks: scenario(`
name: asks
steps:
  - { id: sure, uses: approval, with: { title: Sure } }
  - { id: a, uses: effect }
`),
  events: scenario(`
name: events
steps:
  - { id: e, uses: wait, with: { event: go } }
  - { id: a, uses: effect }
`),
  pure: scenario(`
name: pure
steps:
${Array.from({ length: 10 }, (_, i) => `  - { id: s${i}, uses: transform, with: { set: { n: ${i} } } }`).join('\n')}
outputs: { n: '\${{ steps.s9.outputs.n }}' }
`),
  undo: scenario(
    `
name: undo
steps:
  - { id: a, uses: effect, rollback: { uses: safe } }
  - { id: b, uses: effect, rollback: { uses: effect } }
  - { id: bad, uses: boom }
on_failure:
  - { id: told, uses: effect }
`,
    'failed',
  ),
  big: scenario(`
name: big
steps:
  - { id: a, uses: safe, with: { size: 300000 } }
  - { id: b, uses: transform, with: { set: { n: '\${{ size(steps.a.outputs.text) }}' } } }
  - { id: c, uses: effect }
`),
  endless: scenario(
    `
name: endless
steps:
  - { id: a, uses: safe, rollback: { uses: safe } }
  - { id: nap, uses: wait, with: { duration: 10h } }
`,
    'cancelled',
  ),
  queued: scenario(
    '{ name: queued, concurrency: { group: one, mode: queue }, steps: [{ id: a, uses: effect }, { id: b, uses: safe }] }',
  ),
};
