import { oc } from '@orpc/contract';

/** Roles from weakest to strongest; each may do what the ones before it may. */
export const roles = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

/** What every operation says of itself besides its input and output. */
export interface OperationMeta {
  /** Verb phrase in sentence case, shown in the palette, the command line's help and OpenAPI. */
  title: string;
  /** The weakest role that may call it. `anyone` is for what a person needs before they are known. */
  role: Role | 'anyone';
  /**
   * What the audit log keeps of a call: `none` for reads (refusals are recorded all the same),
   * `call` for the name alone, `input` for name and (redacted, bounded) input.
   */
  audit: 'none' | 'call' | 'input';
  /** Fields of the input that are secret: neither the audit log nor anything else ever keeps them. */
  secrets?: readonly string[];
  /** Whether only the command line on this machine may call it, whatever the role. */
  local?: boolean;
  /** Whether the palette offers it. */
  palette?: boolean;
  /** Whether it answers with a credit-gated stream. */
  stream?: boolean;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const base = oc.$meta<Partial<OperationMeta>>({});

/**
 * Starts the definition of one operation. Both arguments are required, so an operation without a
 * role or a route does not compile. Continue with `.input(schema)` and `.output(schema)`.
 *
 * @param route REST method and path below `/api/v1`, e.g. `GET /runs/{id}`.
 */
export function operation(route: `${Method} /${string}`, meta: OperationMeta) {
  const [method, path] = route.split(' ') as [Method, `/${string}`];
  return base
    .meta(meta)
    .route({ method, path, summary: meta.title, tags: [path.split('/')[1] ?? 'platform'] });
}

/** True when `role` may call an operation that asks for `needed`. */
export function roleAllows(role: Role, needed: Role | 'anyone'): boolean {
  return needed === 'anyone' || roles.indexOf(role) >= roles.indexOf(needed);
}
