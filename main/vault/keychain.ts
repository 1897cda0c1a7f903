/**
 * The operating system's keychain, as the desktop shell offers it. A store that keeps its key in
 * plain text (Electron's `basic_text`) is none.
 */
export interface Keychain {
  /** The store's name where it can be used; else why not. */
  status(): Promise<{ available: true; name: string } | { available: false; reason: string }>;
  encrypt(text: string): Promise<Uint8Array>;
  /** Rejects where the keychain does not have the key any more. */
  decrypt(bytes: Uint8Array): Promise<string>;
}

/** Where there is no desktop there is no keychain. */
export const noKeychain: Keychain = {
  status: () =>
    Promise.resolve({ available: false, reason: 'only the desktop app can reach one.' }),
  encrypt: () => Promise.reject(new Error('There is no keychain.')),
  decrypt: () => Promise.reject(new Error('There is no keychain.')),
};
