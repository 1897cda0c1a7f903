import type { Json } from '#contract/common.ts';
import type { WebhookTrigger } from '#contract/workflow.ts';
import { durationMs } from '#main/base/duration.ts';
import type { SecretProvider } from '#main/secrets/index.ts';
import type { CompiledValue } from '#main/workflows/language/index.ts';
import { verifierOf } from './webhook-auth.ts';
import type { Verify } from './webhook-auth.ts';
import { sizeOf } from './webhook-body.ts';
import { normalPath } from './webhook-path.ts';

/** A webhook, ready for requests. */
export interface Hook {
  workflow: string;
  /** Without slashes at its ends. */
  path: string;
  methods: readonly string[];
  /** Place in the file, for problems. */
  index: number;
  auth: 'none' | 'bearer' | 'standard-webhooks' | 'github';
  respond: WebhookTrigger['respond'];
  maxBody: number;
  windowMs: number;
  verify: Verify;
  dedupe: CompiledValue | undefined;
  inputs: CompiledValue | undefined;
}

/** What a file says of a webhook, made ready. @throws when an expression in it is none */
export function hookOf(
  workflow: string,
  trigger: WebhookTrigger,
  index: number,
  { secrets, compile }: { secrets: SecretProvider; compile: (value: Json) => CompiledValue },
): Hook {
  const { auth, dedupe } = trigger;
  const named = auth === 'none' ? 'none' : 'bearer' in auth ? 'bearer' : auth.hmac.scheme;
  return {
    workflow,
    path: normalPath(trigger.path),
    methods: trigger.methods,
    index,
    auth: named,
    respond: trigger.respond,
    maxBody: sizeOf(trigger.max_body),
    windowMs: auth !== 'none' && 'hmac' in auth ? durationMs(auth.hmac.tolerance) : 0,
    verify: verifierOf(auth, secrets),
    // The file may leave out the ${{ }} here, as it may with `if`.
    dedupe:
      dedupe === undefined
        ? undefined
        : compile(dedupe.includes('${{') ? dedupe : `\${{ ${dedupe} }}`),
    inputs: trigger.inputs === undefined ? undefined : compile(trigger.inputs),
  };
}
