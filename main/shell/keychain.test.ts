import { beforeEach, describe, expect, it, vi } from 'vitest';

// Electron cannot be loaded outside itself; a real keyring is in e2e/keychain.spec.ts.
const fake = vi.hoisted(() => ({
  backend: 'gnome_libsecret',
  available: true,
  old: false,
  heard: new Map<string, () => void>(),
}));
const old = () => {
  if (fake.old) return true;
  throw new Error('the synchronous functions are not to be called');
};
vi.mock('electron', () => ({
  app: { whenReady: () => Promise.resolve() },
  powerMonitor: { on: (name: string, hear: () => void) => fake.heard.set(name, hear) },
  safeStorage: {
    get isAsyncEncryptionAvailable() {
      return fake.old ? undefined : () => Promise.resolve(fake.available);
    },
    isEncryptionAvailable: () => old() && fake.available,
    encryptString: (text: string) => old() && Buffer.from(`sealed before ${text}`),
    decryptString: (bytes: Buffer) => old() && bytes.toString().slice(14),
    getSelectedStorageBackend: () => fake.backend,
    encryptStringAsync: (text: string) => Promise.resolve(Buffer.from(`sealed ${text}`)),
    decryptStringAsync: (bytes: Buffer) =>
      Promise.resolve({ shouldReEncrypt: false, result: bytes.toString().slice(7) }),
  },
}));
const { systemKeychain } = await import('./keychain.ts');
const { onPowerSignal } = await import('./powerSignals.ts');

const onPlatform = (platform: NodeJS.Platform) =>
  vi.spyOn(process, 'platform', 'get').mockReturnValue(platform);
beforeEach(() => {
  Object.assign(fake, { backend: 'gnome_libsecret', available: true, old: false });
  vi.restoreAllMocks();
  onPlatform('linux');
});

describe('the system’s keychain', () => {
  it.each(['gnome_libsecret', 'kwallet5', 'kwallet6'])('on Linux is %s', async (backend) => {
    fake.backend = backend;
    expect(await systemKeychain.status()).toEqual({ available: true, name: backend });
  });

  it.each(['basic_text', 'unknown'])('is none where Chromium would use %s', async (backend) => {
    // Bug caught: the master key “encrypted” with a key that stands in Chromium’s source.
    fake.backend = backend;
    expect(await systemKeychain.status()).toMatchObject({ available: false });
  });

  it.each([
    ['darwin', 'Keychain'],
    ['win32', 'DPAPI'],
  ] as const)('on %s is the %s', async (platform, name) => {
    onPlatform(platform);
    fake.backend = 'basic_text';
    expect(await systemKeychain.status()).toEqual({ available: true, name });
    fake.available = false;
    expect(await systemKeychain.status()).toMatchObject({ available: false });
  });

  it('is the same in an Electron without the asynchronous functions', async () => {
    // Bug caught: people on the older runtime type their passphrase at every start, keyring or not.
    fake.old = true;
    expect(await systemKeychain.status()).toEqual({ available: true, name: 'gnome_libsecret' });
    const sealed = await systemKeychain.encrypt('the key');
    expect(await systemKeychain.decrypt(new Uint8Array(sealed))).toBe('the key');
    fake.backend = 'basic_text';
    expect(await systemKeychain.status()).toMatchObject({ available: false });
    fake.available = false;
    expect(await systemKeychain.status()).toMatchObject({ available: false });
  });

  it('gives back what it was given', async () => {
    const sealed = await systemKeychain.encrypt('the key');
    expect(await systemKeychain.decrypt(new Uint8Array(sealed))).toBe('the key');
  });
});

describe('the signals of the machine’s power', () => {
  it('are its sleep, its locked screen and its waking', async () => {
    const heard: string[] = [];
    onPowerSignal((signal) => heard.push(signal));
    await expect.poll(() => fake.heard.size).toBe(3);
    fake.heard.get('suspend')!();
    fake.heard.get('lock-screen')!();
    fake.heard.get('resume')!();
    expect(heard).toEqual(['sleep', 'screen', 'resume']);
  });
});
