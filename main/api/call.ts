import type { Caller } from '#contract/platform.ts';
import type { StreamGates } from './streamGates.ts';

/** One connection as the faces hand it to the table: who is at the other end never comes from an input. */
export interface Connection {
  /** Asked anew at every operation, so that a revoked token or session stops at once. */
  identify(): Caller | undefined;
  face: Caller['face'];
  /** The streams that are open on this connection. */
  streams: StreamGates;
}

/** What a handler knows of the call besides its input. */
export interface Call {
  caller: Caller;
  /** The streams of the caller’s connection. */
  streams: StreamGates;
  /** Aborted when the caller gives up or goes away. */
  signal: AbortSignal;
}
