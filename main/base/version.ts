import pkg from '../../package.json' with { type: 'json' };

/** This Nexus's version, from package.json. */
export const version: string = pkg.version;
