import type { KindRegistry } from '../kinds/registry.ts';
import { checkValue, type Visible } from './check-expressions.ts';
import { checkSteps } from './check-steps.ts';
import { checkTriggers, type CheckCron } from './check-triggers.ts';
import { inputTypeProblem } from './input-type.ts';
import { asRecord, isRecord, type LooseStep, looseSteps } from './loose.ts';
import type { Report } from './report.ts';

export interface CheckContext {
  kinds: KindRegistry;
  report: Report;
  checkCron: CheckCron | undefined;
  name: string;
}

/** Everything that the schema alone cannot say, on data that may be wrong everywhere. */
export function checkWorkflow(data: Record<string, unknown>, context: CheckContext): void {
  const { report, kinds } = context;
  const main = looseSteps(data, 'steps');
  const onFailure = looseSteps(data, 'on_failure');
  const stepIds = new Set([...main, ...onFailure].flatMap((s) => s.id ?? []));
  const inputs = asRecord(data['inputs']);
  const names = {
    inputs: new Set(Object.keys(inputs)),
    env: new Set(Object.keys(asRecord(data['env']))),
    stepIds,
  };
  const earlier = new Set(main.flatMap((s) => s.id ?? []));
  checkIds([...main, ...onFailure], report);
  checkInputDefinitions(inputs, report);
  const shared = { kinds, report, ...names };
  checkSteps(main, { ...shared, earlier: new Set(), where: 'steps' });
  checkSteps(onFailure, { ...shared, earlier, where: 'on_failure' });
  const visible = (roots: Visible['roots'], where: string): Visible => ({
    roots,
    where,
    ...names,
    notBefore: () => undefined,
  });
  const before = visible(new Set(['inputs', 'run', 'trigger', 'secrets']), 'env of the workflow');
  checkValue(data['env'], ['env'], before, report);
  const group = visible(new Set(['inputs', 'run', 'trigger', 'env']), 'concurrency');
  checkValue(data['concurrency'], ['concurrency'], group, report);
  const after = visible(
    new Set(['inputs', 'run', 'trigger', 'env', 'steps']),
    'outputs (they are kept in the journal)',
  );
  checkValue(data['outputs'], ['outputs'], after, report);
  const triggered = visible(new Set(['trigger']), 'a trigger, which knows only trigger');
  checkTriggers(data['on'], {
    report,
    checkCron: context.checkCron,
    inputs,
    name: context.name,
    visible: triggered,
  });
}

function checkIds(steps: LooseStep[], report: Report): void {
  const seen = new Set<string>();
  for (const { id, path } of steps) {
    if (id === undefined) continue;
    if (seen.has(id)) {
      report.add({
        code: 'workflow.duplicate_step',
        message: `Another step is already called ${id}.`,
        hint: 'Give each step its own id, also between steps and on_failure.',
        path: [...path, 'id'],
      });
    }
    seen.add(id);
  }
}

function checkInputDefinitions(inputs: Record<string, unknown>, report: Report): void {
  for (const [name, definition] of Object.entries(inputs)) {
    if (!isRecord(definition)) continue;
    if (Array.isArray(definition['enum'])) {
      definition['enum'].forEach((item, i) => {
        const problem = inputTypeProblem({ type: definition['type'] }, item);
        if (problem) report.add({ ...problem, path: ['inputs', name, 'enum', i] });
      });
    }
    if (definition['default'] === undefined) continue;
    const problem = inputTypeProblem(definition, definition['default']);
    if (problem) report.add({ ...problem, path: ['inputs', name, 'default'] });
  }
}
