/** What starts workflows besides people and the clock: webhooks, and the end of another workflow. */
export { createAlertTriggers } from './alert.ts';
export type { AlertTriggers } from './alert.ts';
export { createCompletions } from './completed.ts';
export type { Completions, CompletionsOptions, FollowUp } from './completed.ts';
export { triggersMigrations } from './migrations.ts';
export { queryOf } from './request.ts';
export type { WebhookAnswer, WebhookRequest } from './request.ts';
export { createWebhooks } from './webhook.ts';
export type { StartedRun, Webhooks, WebhooksOptions } from './webhook.ts';
