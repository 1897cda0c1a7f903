/** What the names of {@link asksFor} begin with. */
export const ASKS = 'blocked:';

/** What the journal's index calls a step that waits for `key`. */
export const asksFor = (key: string): string => ASKS + key;
