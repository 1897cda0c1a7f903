export { connectLocal, type LocalConnection } from './connectLocal.ts';
export { listenLocal, type LocalListener } from './listenLocal.ts';
