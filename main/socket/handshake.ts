/**
 * Version of what is spoken over the local socket. Raised when an older command line would
 * misunderstand a newer platform; additions to the table do not raise it.
 */
export const PROTOCOL = '1';

/** Request header with the client's protocol. */
export const PROTOCOL_HEADER = 'x-nexus-protocol';
/** Response header with the platform's version, for messages. */
export const VERSION_HEADER = 'x-nexus-version';

/** Request header that says which face of the owner's calls; without it, the command line. */
export const FACE_HEADER = 'x-nexus-face';
/** Who comes over the local socket: always the owner, by a command or by a window. */
export type LocalFace = 'cli' | 'window';
