import { app, safeStorage } from 'electron';
import type { Keychain } from '#main/vault/index.ts';

/**
 * The system's keychain by Electron's safeStorage: its asynchronous functions, and the synchronous
 * ones where an older Electron has no others (they block the window for a moment, and are going away
 * with Electron 46). Where Chromium would use its plain-text backend, whose key everybody knows, there
 * is no keychain.
 */
export const systemKeychain: Keychain = {
  async status() {
    await app.whenReady();
    const available = hasAsync()
      ? await safeStorage.isAsyncEncryptionAvailable()
      : safeStorage.isEncryptionAvailable();
    if (!available) return { available: false, reason: 'the system has none that is unlocked.' };
    if (process.platform === 'darwin') return { available: true, name: 'Keychain' };
    if (process.platform === 'win32') return { available: true, name: 'DPAPI' };
    const name = safeStorage.getSelectedStorageBackend();
    return name === 'basic_text' || name === 'unknown'
      ? { available: false, reason: 'no keyring (GNOME, KWallet) runs in this session.' }
      : { available: true, name };
  },
  async encrypt(text) {
    return hasAsync() ? safeStorage.encryptStringAsync(text) : safeStorage.encryptString(text);
  },
  async decrypt(bytes) {
    const sealed = Buffer.from(bytes);
    if (!hasAsync()) return safeStorage.decryptString(sealed);
    return (await safeStorage.decryptStringAsync(sealed)).result;
  },
};

const hasAsync = () => typeof safeStorage.isAsyncEncryptionAvailable === 'function';
