/**
 * Keeps a value for the next time that this window is opened. A browser that keeps nothing (its
 * storage is full or switched off) must not stop what the person does: then it is not kept.
 */
export function keepLocally(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Nothing is lost but the memory of it.
  }
}
