export { createGateway, type Gateway, type GatewayOptions } from './gateway.ts';
export type { HookDoor, HookRequest } from './hooks.ts';
export { isLoopback } from './hosts.ts';
export { DEFAULT_RATES, type RateLimits } from './rateLimit.ts';
