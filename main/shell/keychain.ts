import { app, safeStorage } from 'electron';
import type { Keychain } from '#main/vault/index.ts';

/**
 * The system's keychain by Electron's safeStorage, asynchronous functions only: the synchronous ones
 * block the window and are going away. Where they are missing there is no keychain; nor where
 * Chromium would use its plain-text backend, whose key everybody knows.
 */
export const systemKeychain: Keychain = {
  async status() {
    await app.whenReady();
    if (typeof safeStorage.isAsyncEncryptionAvailable !== 'function')
      return { available: false, reason: 'this Electron is too old for it.' };
    if (!(await safeStorage.isAsyncEncryptionAvailable()))
      return { available: false, reason: 'the system has none that is unlocked.' };
    if (process.platform === 'darwin') return { available: true, name: 'Keychain' };
    if (process.platform === 'win32') return { available: true, name: 'DPAPI' };
    const name = safeStorage.getSelectedStorageBackend();
    return name === 'basic_text' || name === 'unknown'
      ? { available: false, reason: 'no keyring (GNOME, KWallet) runs in this session.' }
      : { available: true, name };
  },
  encrypt: (text) => safeStorage.encryptStringAsync(text),
  decrypt: async (bytes) => (await safeStorage.decryptStringAsync(Buffer.from(bytes))).result,
};
