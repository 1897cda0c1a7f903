import type { Caller } from '#contract/platform.ts';
import { type OperationMeta, roleAllows } from '#contract/define.ts';
import type { AuditIntent, AuditRecord } from '#main/audit/index.ts';
import { NexusError } from '#main/base/errors.ts';
import type { OperationOutcome, OperationTelemetry } from '#main/telemetry/index.ts';
import type { Connection } from './call.ts';

/** What a policy is asked about. `input` has been validated. */
export interface PolicyQuestion {
  operation: string;
  caller: Caller;
  input: unknown;
}
export type PolicyAnswer = { allow: true } | { allow: false; reason: string };

/** Says whether a call may go on. Whatever it throws means no. */
export type Policy = (question: PolicyQuestion) => PolicyAnswer | Promise<PolicyAnswer>;

/** What the guards need. */
export interface GuardServices {
  telemetry: OperationTelemetry;
  /** Resolves when the entry is committed; `intent` is what {@link announce} gave for it. */
  record(entry: AuditRecord, intent?: number): Promise<void>;
  /** Resolves when it is committed that this is about to be done. Left out: there is no such notice. */
  announce?: ((intent: AuditIntent) => Promise<number>) | undefined;
  policy: Policy;
}

/** One operation on its way through the guards. */
export interface GuardedCall {
  operation: string;
  meta: OperationMeta & { method: string };
  connection: Connection;
  /** What the audit log was told before it was done; shared by the guards of one call. */
  notice: Notice;
}

/** The id that the audit log gave to what is about to be done. */
export interface Notice {
  intent?: number;
}

/** How the log and the counters name the end of a call. */
export function outcomeOf(error: NexusError | undefined): OperationOutcome {
  if (!error) return 'allowed';
  return error.code === 'access.unauthenticated' || /(^access|^policy)\.denied$/.test(error.code)
    ? 'refused'
    : 'failed';
}

/** First guard: every call is counted, whatever becomes of it. */
export async function countCall<T>(
  { operation }: GuardedCall,
  { telemetry }: GuardServices,
  next: () => Promise<T>,
): Promise<T> {
  const begin = performance.now();
  let outcome: OperationOutcome = 'failed';
  try {
    const output = await next();
    outcome = 'allowed';
    return output;
  } catch (error) {
    if (error instanceof NexusError) outcome = outcomeOf(error);
    throw error;
  } finally {
    telemetry.record(operation, outcome, performance.now() - begin);
  }
}

/**
 * Second guard: the audit log has the call before the caller has the answer. Reads (`audit: 'none'`)
 * are recorded only when they were refused.
 */
export async function recordCall<T>(
  { operation, meta, connection, notice }: GuardedCall,
  services: GuardServices,
  input: unknown,
  next: () => Promise<T>,
): Promise<T> {
  const write = async (error: NexusError | undefined) => {
    const outcome = outcomeOf(error);
    if (meta.audit === 'none' && outcome !== 'refused') return;
    const entry: AuditRecord = {
      actor: actorOf(connection),
      face: connection.face,
      action: operation,
      outcome,
      code: error?.code,
      details: meta.audit === 'input' ? input : undefined,
    };
    await services.record(entry, notice.intent);
  };
  let output: T;
  try {
    output = await next();
  } catch (error) {
    if (error instanceof NexusError) await write(error);
    throw error;
  }
  await write(undefined);
  return output;
}

/**
 * Last guard, right before a change: the audit log knows of it before it is done, so that a death
 * between the act and its entry does not leave an act that nobody is told of.
 */
export async function announceChange(
  { operation, meta, connection, notice }: GuardedCall,
  services: GuardServices,
  caller: Caller,
  input: unknown,
): Promise<void> {
  if (!services.announce || meta.audit === 'none' || meta.method === 'GET') return;
  notice.intent = await services.announce({
    actor: caller.name,
    face: connection.face,
    action: operation,
    details: meta.audit === 'input' ? input : undefined,
  });
}

function actorOf(connection: Connection): string {
  try {
    return connection.identify()?.name ?? 'anonymous';
  } catch {
    return 'anonymous';
  }
}

/**
 * Third and fourth guard: who is calling, and may they.
 * @throws NexusError `access.unauthenticated`, `access.denied`
 */
export function admit({ operation, meta, connection }: GuardedCall): Caller {
  const caller = connection.identify();
  if (!caller) throw unauthenticated();
  if (!roleAllows(caller.role, meta.role)) {
    throw new NexusError({
      code: 'access.denied',
      message: `“${meta.title}” needs the role ${meta.role}; ${caller.name} is ${caller.role}.`,
      hint: 'Ask an administrator, or use a token with that role.',
      details: { operation, needed: meta.role, role: caller.role },
    });
  }
  return caller;
}

/** Nobody is known at the other end of the connection. */
export function unauthenticated(): NexusError {
  return new NexusError({
    code: 'access.unauthenticated',
    message: 'Nexus does not know who is calling.',
    hint: 'Send a token as “Authorization: Bearer …”, or open a login link: nexus status --login-link',
  });
}

/**
 * Fifth guard: the policy. It fails closed: an error in a policy refuses the call.
 * @throws NexusError `policy.denied`
 */
export async function askPolicy(
  { operation }: GuardedCall,
  { policy }: GuardServices,
  caller: Caller,
  input: unknown,
): Promise<void> {
  let answer: PolicyAnswer;
  try {
    answer = await policy({ operation, caller, input });
  } catch (cause) {
    throw denied('The policy could not be evaluated.', cause);
  }
  if (!answer.allow) throw denied(answer.reason);
}

function denied(reason: string, cause?: unknown): NexusError {
  return new NexusError({
    code: 'policy.denied',
    message: `A policy refuses this: ${reason}`,
    hint: 'Change what is asked for, or ask whoever keeps the policies.',
    cause,
  });
}
