import { webhookTrigger } from '#contract/workflow.ts';
import { checkBare, checkValue, type Visible } from './check-expressions.ts';
import { inputTypeProblem } from './input-type.ts';
import { asRecord, isRecord } from './loose.ts';
import { isInstant } from './instant.ts';
import type { Report } from './report.ts';
import { suggestion } from '#main/base/suggest.ts';
import { hasExpression } from './template.ts';
import type { Path } from './value.ts';

/** Says why a cron expression cannot be used, or nothing. */
export type CheckCron = (expression: string, timezone: string | undefined) => string | undefined;

export interface TriggersContext {
  report: Report;
  checkCron: CheckCron | undefined;
  inputs: Record<string, unknown>;
  /** Name of the workflow. */
  name: string;
  visible: Visible;
}

/** Checks what the schema cannot say about `on`. */
export function checkTriggers(on: unknown, context: TriggersContext): void {
  const triggers = asRecord(on);
  each(triggers['schedule'], ['on', 'schedule'], (raw, path) => {
    checkSchedule(raw, path, context);
    checkInputs(raw['inputs'], [...path, 'inputs'], context);
  });
  const paths = new Map<string, Path>();
  each(triggers['webhook'], ['on', 'webhook'], (raw, path) => {
    checkWebhook(raw, path, context, paths);
    checkInputs(raw['inputs'], [...path, 'inputs'], context);
  });
  each(triggers['alert'], ['on', 'alert'], (raw, path) => {
    checkInputs(raw['inputs'], [...path, 'inputs'], context);
  });
  each(triggers['workflow_completed'], ['on', 'workflow_completed'], (raw, path) => {
    checkInputs(raw['inputs'], [...path, 'inputs'], context);
    if (raw['workflow'] !== context.name) return;
    context.report.add({
      code: 'workflow.loop',
      severity: 'warning',
      message: 'The workflow starts itself again each time it has ended.',
      hint: 'Name another workflow, or use a schedule.',
      path: [...path, 'workflow'],
    });
  });
}

function each(
  value: unknown,
  path: Path,
  check: (raw: Record<string, unknown>, path: Path) => void,
): void {
  if (Array.isArray(value)) value.forEach((item, i) => isRecord(item) && check(item, [...path, i]));
  else if (isRecord(value)) check(value, path);
}

function checkSchedule(
  raw: Record<string, unknown>,
  path: Path,
  { report, checkCron }: TriggersContext,
): void {
  const given = ['cron', 'every', 'at'].filter((key) => raw[key] !== undefined);
  if (given.length !== 1) {
    report.add({
      code: 'workflow.schedule',
      message:
        given.length === 0
          ? 'The schedule does not say when.'
          : `The schedule has ${given.join(' and ')}; only one can hold.`,
      hint: 'Give exactly one of cron, every and at.',
      path: given.length === 0 ? path : [...path, given[1]!],
      atKey: given.length > 1,
    });
  }
  const timezone = typeof raw['timezone'] === 'string' ? raw['timezone'] : undefined;
  const zoneKnown = timezone === undefined || isTimezone(timezone);
  if (!zoneKnown) {
    report.add({
      code: 'workflow.timezone',
      message: `There is no time zone ${timezone}.`,
      hint: `${suggestion(timezone ?? '', Intl.supportedValuesOf('timeZone'), 'zone').replace(/^Known here.*/, '')} Use an IANA name such as Europe/Berlin or UTC.`.trim(),
      path: [...path, 'timezone'],
    });
  }
  if (typeof raw['cron'] === 'string') {
    const why = checkCron?.(raw['cron'], zoneKnown ? timezone : undefined);
    if (why !== undefined) {
      report.add({
        code: 'workflow.schedule',
        message: `The cron expression cannot be used: ${why}`,
        hint: 'Five fields: minute, hour, day of month, month, day of week; six with seconds first.',
        path: [...path, 'cron'],
      });
    }
  }
  if (typeof raw['at'] === 'string' && !isInstant(raw['at'])) {
    report.add({
      code: 'workflow.schedule',
      message: `“${raw['at']}” is not a time.`,
      hint: 'Write ISO 8601, such as 2026-12-24T18:00 or 2026-12-24T18:00:00+01:00.',
      path: [...path, 'at'],
    });
  }
}

function isTimezone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

function checkWebhook(
  raw: Record<string, unknown>,
  path: Path,
  { report, visible }: TriggersContext,
  paths: Map<string, Path>,
): void {
  if (typeof raw['dedupe'] === 'string')
    checkDedupe(raw['dedupe'], [...path, 'dedupe'], visible, report);
  const auth = raw['auth'];
  if (auth === undefined || auth === null || auth === '') {
    report.add({
      code: 'workflow.webhook_auth',
      message: 'The webhook does not say who may call it.',
      hint: 'Add auth: { hmac: { scheme: standard-webhooks, secret: NAME } } or { bearer: { secret: NAME } }; write auth: none to let everybody in.',
      path: auth === undefined ? path : [...path, 'auth'],
    });
  }
  for (const scheme of ['hmac', 'bearer']) {
    const secret = asRecord(asRecord(auth)[scheme])['secret'];
    if (typeof secret !== 'string') continue;
    const at = [...path, 'auth', scheme, 'secret'];
    if (secret.trim() === '') {
      report.add({
        code: 'workflow.webhook_auth',
        message: 'The secret’s name is blank; every call would be refused.',
        hint: 'Give the name of a secret.',
        path: at,
      });
    } else if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(secret)) {
      report.add({
        code: 'workflow.webhook_auth',
        message: 'This is the name of a secret, not its value and no expression.',
        hint: 'Write the name alone, such as GITHUB_WEBHOOK.',
        path: at,
      });
    }
  }
  checkSamePath(raw, path, report, paths);
}

// A key that is the same for every delivery would let the first one in, and no other ever.
function checkDedupe(text: string, path: Path, visible: Visible, report: Report): void {
  let reads = false;
  const noted: Visible = { ...visible, found: () => (reads = true) };
  const before = report.problems.length;
  if (hasExpression(text)) checkValue(text, path, noted, report);
  else checkBare(text, path, noted, undefined, report);
  if (reads || report.problems.length > before) return;
  report.add({
    code: 'workflow.webhook_dedupe',
    message: 'The dedupe key does not depend on the delivery: only the first would start a run.',
    hint: 'Use what tells deliveries apart, such as trigger.body.id or trigger.headers["x-request-id"].',
    path,
  });
}

function checkSamePath(
  raw: Record<string, unknown>,
  path: Path,
  report: Report,
  paths: Map<string, Path>,
): void {
  const parsed = webhookTrigger.pick({ path: true, methods: true }).safeParse({
    path: raw['path'],
    ...(raw['methods'] === undefined ? {} : { methods: raw['methods'] }),
  });
  if (!parsed.success) return;
  for (const method of parsed.data.methods) {
    const key = `${method} ${parsed.data.path.replace(/^\//, '')}`;
    if (paths.has(key))
      report.add({
        code: 'workflow.webhook_path',
        message: `Another webhook of this workflow answers ${key} already.`,
        hint: 'Give each its own path or method.',
        path: [...path, 'path'],
      });
    paths.set(key, path);
  }
}

function checkInputs(given: unknown, path: Path, context: TriggersContext): void {
  const { report, inputs, visible } = context;
  checkValue(given, path, visible, report);
  for (const [name, value] of Object.entries(asRecord(given))) {
    const at = [...path, name];
    if (!Object.hasOwn(inputs, name)) {
      report.add({
        code: 'workflow.unknown_input',
        message: `There is no input ${name}.`,
        hint: `${suggestion(name, Object.keys(inputs), 'input')} Inputs are declared under inputs.`,
        path: at,
        atKey: true,
      });
    } else if (!(typeof value === 'string' && hasExpression(value))) {
      const problem = inputTypeProblem(asRecord(inputs[name]), value);
      if (problem) report.add({ ...problem, path: at });
    }
  }
}
