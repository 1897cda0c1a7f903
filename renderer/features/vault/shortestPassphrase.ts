/** Characters that a new passphrase has at least. */
export const SHORTEST_PASSPHRASE = 8;
