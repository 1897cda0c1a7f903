export { connectLocal, type LocalConnection } from './connectLocal.ts';
export { listenLocal, type LocalListener } from './listenLocal.ts';
export { relayLocal } from './relayLocal.ts';
