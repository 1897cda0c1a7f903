import type { Problem } from '#contract/errors.ts';
import { NexusError } from '#main/base/errors.ts';
import type { Hook } from './webhook-hook.ts';
import { normalPath } from './webhook-path.ts';

/** A path and methods that a workflow wants to answer at. */
export type Claim = Pick<Hook, 'path' | 'methods' | 'index'>;

/** Which webhook answers at which path and method: exact matches only, one owner each. */
export class WebhookRegistry {
  // In the order in which workflows came: who came first keeps a path that another claims later.
  readonly #declared = new Map<string, Hook[]>();
  #paths = new Map<string, Map<string, Hook>>();
  #problems: { workflow: string; problem: Problem }[] = [];

  set(workflow: string, hooks: Hook[]): void {
    if (hooks.length === 0) {
      if (!this.#declared.delete(workflow)) return;
    } else this.#declared.set(workflow, hooks);
    this.#build();
  }

  setAll(all: [workflow: string, hooks: Hook[]][]): void {
    const wanted = new Map(all);
    for (const workflow of this.#declared.keys()) {
      if (!wanted.has(workflow)) this.#declared.delete(workflow);
    }
    for (const [workflow, hooks] of all) {
      if (hooks.length === 0) this.#declared.delete(workflow);
      else this.#declared.set(workflow, hooks);
    }
    this.#build();
  }

  find(
    method: string,
    path: string,
  ): { hook: Hook } | { refusal: NexusError; headers?: Record<string, string> } {
    const methods = this.#paths.get(normalPath(path));
    if (!methods) return { refusal: unknown() };
    const hook = methods.get(method);
    if (hook) return { hook };
    const allow = [...methods.keys()].toSorted().join(', ');
    return { refusal: wrongMethod(method, allow), headers: { allow } };
  }

  maxBody(path: string): number | undefined {
    const methods = this.#paths.get(normalPath(path));
    return methods && Math.max(...[...methods.values()].map((hook) => hook.maxBody));
  }

  list(): Hook[] {
    return [...new Set([...this.#paths.values()].flatMap((methods) => [...methods.values()]))];
  }

  problems(): { workflow: string; problem: Problem }[] {
    return this.#problems;
  }

  /** What would be wrong with paths that a workflow claims, as they may not be in the registry yet. */
  conflicts(workflow: string, claims: Claim[]): Problem[] {
    return claims.flatMap((claim) =>
      claim.methods.flatMap((method) => {
        const owner = this.#paths.get(claim.path)?.get(method);
        return owner && owner.workflow !== workflow ? [taken(claim, method, owner)] : [];
      }),
    );
  }

  #build(): void {
    const paths = new Map<string, Map<string, Hook>>();
    this.#problems = [];
    for (const hook of [...this.#declared.values()].flat()) {
      let methods = paths.get(hook.path);
      if (!methods) paths.set(hook.path, (methods = new Map()));
      for (const method of hook.methods) {
        const owner = methods.get(method);
        if (owner)
          this.#problems.push({ workflow: hook.workflow, problem: taken(hook, method, owner) });
        else methods.set(method, hook);
      }
    }
    this.#paths = paths;
  }
}

function taken(hook: Claim, method: string, owner: Hook): Problem {
  return {
    code: 'webhook.path_taken',
    message: `${method} /hooks/${hook.path} is answered by the workflow ${owner.workflow} already.`,
    hint: 'Give this webhook another path, or other methods.',
    // The workflow itself is valid, and its other triggers work.
    severity: 'warning',
    path: ['on', 'webhook', hook.index, 'path'],
  };
}

function unknown(): NexusError {
  return new NexusError({
    code: 'webhook.unknown',
    message: 'There is no webhook at this path.',
    hint: 'Check the path, and that its workflow is valid and switched on.',
  });
}

function wrongMethod(method: string, allow: string): NexusError {
  return new NexusError({
    code: 'webhook.method',
    message: `This webhook does not take ${method}.`,
    hint: `Use ${allow}.`,
  });
}
