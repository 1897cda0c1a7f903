/** What the workload needs to know of the place it runs at. */
export interface Place {
  /** Every `once` effect appends a line to it. */
  ledger: string;
  /** A server that fails first and counts its visitors. */
  server: string;
}

/** Every workload, by the name of its workflow; each ends by itself but for a person's word. */
export const startable = [
  'chain',
  'branches',
  'items',
  'waits',
  'flaky',
  'calls',
  'asks',
  'large',
  'large-call',
  'undo',
  'listens',
  'stopped',
  'one-at-a-time',
] as const;

/** Workflows whose runs are meant to fail or to be cancelled; all others succeed. */
export const expectedStatus: Record<string, string[]> = {
  undo: ['failed'],
  stopped: ['cancelled'],
  endless: ['cancelled'],
};

/** Steps whose every execution leaves a line in the ledger; no other step has one of these ids. */
export const effectSteps = new Set(
  'mark a b c last each after between prior start tell undone undone2 rollback:undone rollback:undone2'.split(
    ' ',
  ),
);

/** The text of a workflow that is saved while the process may die. */
export const savedText = (name: string): string =>
  `name: ${name}\nsteps:\n${'  # so that it is more than a page of the disk\n'.repeat(200)}  - id: first\n    uses: transform\n    with: { set: { n: 1 } }\n`;

/** The text of every workflow, by name. */
export function workflows(place: Place, scheduled: boolean): Record<string, string> {
  const once = (step: string, index = '-1') =>
    `printf '%s %s %s %s\\n' "\${{ run.id }}" ${step} ${index} "$$.$(date +%s%N)" | dd of=${place.ledger} oflag=append conv=notrunc,fsync status=none`;
  const effect = (id: string, more = '') => `
  - id: ${id}
    uses: shell${more}
    with:
      run: ${JSON.stringify(once(id))}`;
  const call = (id: string, more = '') => `
  - id: ${id}
    uses: http
    retry: { attempts: 30, backoff: 50ms, factor: 1.5, max: 200ms }${more}
    with:
      url: ${place.server}/flaky?run=\${{ run.id }}&step=${id}`;
  const pure = (id: string, value: string, more = '') => `
  - id: ${id}
    uses: transform${more}
    with: { set: { n: '\${{ ${value} }}' } }`;
  const links = Array.from({ length: 8 }, (_, i) =>
    pure(`s${i + 1}`, i === 0 ? '1' : `steps.s${i}.outputs.n + 1`),
  );
  return {
    chain: `name: chain\nsteps:${links.join('')}${effect('mark')}\noutputs:\n  n: '\${{ steps.s8.outputs.n }}'\n`,
    branches: `name: branches\nsteps:${pure('first', '1')}${['a', 'b', 'c']
      .map((id) => effect(id, '\n    needs: first'))
      .join('')}${pure('join', '2', '\n    needs: [a, b, c]')}${effect('last')}\n`,
    items: `name: items
steps:
  - id: each
    uses: shell
    foreach: [1, 2, 3, 4, 5]
    max_parallel: 2
    with:
      run: ${JSON.stringify(once('each', '"${{ index }}"'))}
  - id: shaped
    uses: transform
    foreach: [1, 2, 3]
    with: { set: { n: '\${{ item * 2 }}' } }
${effect('after')}
`,
    waits: `name: waits\nsteps:${pure('opening', '1')}
  - id: rest
    uses: wait
    with: { duration: 1s }${effect('between')}
  - id: again
    uses: wait
    with: { duration: 1s }${effect('after')}
`,
    flaky: `name: flaky\nallow_private_addresses: true\nsteps:${call('one')}${call('two')}${call('three', '\n    needs: one')}${effect('after')}\n`,
    calls: `name: calls
steps:
  - id: single
    uses: workflow
    with: { workflow: chain }
  - id: many
    uses: workflow
    foreach: [1, 2]
    needs: []
    with: { workflow: called, inputs: { n: '\${{ item }}' } }${effect('after', '\n    needs: [single, many]')}
`,
    called: `name: called\ninputs: { n: { type: integer } }\nsteps:${effect('mark')}
  - id: rest
    uses: wait
    with: { duration: 200ms }
outputs: { n: '\${{ inputs.n }}' }
`,
    asks: `name: asks\nsteps:${effect('prior')}
  - id: ask
    uses: approval
    with: { title: 'Go on?' }${effect('after')}
`,
    large: `name: large
steps:
  - id: make
    uses: code
    with: { code: 'return "x".repeat(300000)' }
  - id: measure
    uses: transform
    with: { set: { n: '\${{ size(steps.make.outputs.result) }}' } }
outputs: { text: '\${{ steps.make.outputs.result }}', n: '\${{ steps.measure.outputs.n }}' }
`,
    'large-call': `name: large-call
steps:
  - id: sub
    uses: workflow
    with: { workflow: large }
  - id: measure
    uses: transform
    with: { set: { n: '\${{ size(steps.sub.outputs.outputs.text) }}' } }
outputs: { n: '\${{ steps.measure.outputs.n }}' }
`,
    undo: `name: undo
steps:${effect('undone')}
    rollback:
      uses: shell
      with: { run: ${JSON.stringify(once('rollback:undone'))} }${effect('undone2')}
    rollback:
      uses: shell
      with: { run: ${JSON.stringify(once('rollback:undone2'))} }
  - id: breaks
    uses: shell
    if: always()
    with: { run: 'exit 3', idempotent: true }
on_failure:${effect('tell')}
`,
    listens: `name: listens
steps:
  - id: hear
    uses: wait
    with: { event: go, key: '\${{ run.id }}' }${effect('after')}
`,
    stopped: `name: stopped
steps:
  - id: sub
    uses: workflow
    with: { workflow: endless }
`,
    endless: `name: endless\nsteps:${effect('start')}
  - id: rest
    uses: wait
    if: always()
    with: { duration: 10h }
`,
    'one-at-a-time': `name: one-at-a-time
concurrency: { group: all, mode: queue, max: 1 }
steps:${effect('mark')}
`,
    hook: `name: hook
on:
  webhook: { path: crash, auth: none, dedupe: '\${{ trigger.body.id }}' }
steps:${pure('first', '1')}${effect('mark')}
`,
    'after-hook': `name: after-hook
on:
  workflow_completed: { workflow: hook }
steps:${effect('mark')}
`,
    tick: `name: tick
on:
  schedule: { every: 1s, missed: all, max_missed: 1000, enabled: ${scheduled} }
steps:${effect('mark')}
`,
  };
}
