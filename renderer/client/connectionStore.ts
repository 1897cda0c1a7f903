import { create } from 'zustand';

/** `lost`: was open or should be, and is being sought again; `unauthorised`: the platform wants a new login. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'unauthorised';

/** What the frame shows about the connection to the platform. */
export const useConnection = create<{ state: ConnectionState; generation: number }>(() => ({
  state: 'connecting',
  /** Grows with every connection made; streams that ended are opened again when it does. */
  generation: 0,
}));
