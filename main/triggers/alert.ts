import type { AlertPayload } from '#contract/alerts.ts';
import type { Json } from '#contract/common.ts';
import type { TriggerInfo } from '#contract/runs.ts';
import type { AlertTrigger } from '#contract/workflow.ts';
import { matchesPattern } from '#main/base/pattern.ts';
import type { Clock } from '#main/base/clock.ts';
import type { Logger } from '#main/base/log.ts';
import type { SecretProvider } from '#main/secrets/index.ts';
import type { CompiledValue } from '#main/workflows/language/index.ts';
import { triggerScope } from './scope.ts';

export interface AlertTriggersOptions {
  clock: Clock;
  log: Logger;
  secrets: SecretProvider;
  compile: (value: Json) => CompiledValue;
}

/** A workflow that an alert is to start. */
export interface AlertStart {
  workflow: string;
  trigger: TriggerInfo;
  /** Evaluated when the run is started. @throws NexusError where an expression fails */
  inputs: () => Record<string, Json>;
}

/** Which workflows start when an alert fires or ends. */
export interface AlertTriggers {
  /** Brings what a valid workflow waits for in line with its file; an empty list: nothing. */
  sync(workflow: string, triggers: readonly AlertTrigger[]): void;
  /** The workflows that wait for this, each once. */
  matching(alert: AlertPayload): AlertStart[];
}

interface Subscription {
  trigger: AlertTrigger;
  inputs: CompiledValue | undefined;
}

/** Builds the alert triggers. */
export function createAlertTriggers(options: AlertTriggersOptions): AlertTriggers {
  const { clock, log, secrets, compile } = options;
  const subscriptions = new Map<string, Subscription[]>();
  const compiled = (workflow: string, trigger: AlertTrigger): Subscription[] => {
    try {
      return [{ trigger, inputs: trigger.inputs && compile(trigger.inputs) }];
    } catch (error) {
      // The validator tells the author; here one bad expression must not stop the others.
      log.warn(`An alert trigger of ${workflow} was left out.`, { workflow, error });
      return [];
    }
  };
  return {
    sync(workflow, triggers) {
      const list = triggers
        .filter(({ enabled }) => enabled)
        .flatMap((trigger) => compiled(workflow, trigger));
      if (list.length > 0) subscriptions.set(workflow, list);
      else subscriptions.delete(workflow);
    },
    matching(alert) {
      return [...subscriptions].flatMap(([workflow, list]): AlertStart[] => {
        // Two triggers of one workflow that both match are still one reason to run.
        const found = list.find(({ trigger }) => matches(trigger, alert));
        if (!found) return [];
        const trigger: TriggerInfo = {
          kind: 'alert',
          source: alert.alert,
          payload: { ...alert },
        };
        return [
          {
            workflow,
            trigger,
            inputs: () =>
              (found.inputs?.evaluate(triggerScope(workflow, trigger, clock.now(), secrets)) ??
                {}) as Record<string, Json>,
          },
        ];
      });
    },
  };
}

const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

function matches({ rules, severity, hosts, state }: AlertTrigger, alert: AlertPayload): boolean {
  const named = (patterns: string | string[] | undefined, text: string) =>
    patterns === undefined || list(patterns).some((pattern) => matchesPattern(pattern, text));
  return (
    state.includes(alert.state) &&
    (severity === undefined || list(severity).includes(alert.severity)) &&
    named(rules, alert.rule) &&
    named(hosts, alert.host)
  );
}
