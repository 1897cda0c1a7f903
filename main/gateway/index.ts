export { createGateway } from './gateway.ts';
export type { Gateway, GatewayOptions } from './options.ts';
export type { HookDoor } from './hooks.ts';
export type { RateLimits } from './rateLimit.ts';
