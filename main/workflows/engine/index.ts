import type { EngineOptions } from './core.ts';
import { DurableEngine } from './engine.ts';

export type { Engine, EngineEvents, Started, StartRequest } from './door.ts';
export type { EngineOptions } from './core.ts';
export { engineMigrations } from './schema.ts';
export { failpoints } from './failpoints.ts';

/** Makes an engine over a migrated database; {@link DurableEngine.open} sets it to work. */
export function createEngine(options: EngineOptions): DurableEngine {
  return new DurableEngine(options);
}
