/**
 * Known answers, the same on Node and in Electron. The argon2id ones are what OpenSSL 3.5 gives
 * (`node:crypto`'s `argon2Sync`), another implementation than the one in use; the ciphertext is that
 * of test case 16 of “The Galois/Counter Mode of Operation” (McGrew and Viega), under our own binding.
 */
export const vectors = {
  gcm: {
    key: 'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308',
    nonce: 'cafebabefacedbaddecaf888',
    plain:
      'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
    cipher:
      '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662',
    aad: { entry: 'e', vault: 'v' },
    sealed:
      'yv66vvrO263eyviIUi3B8JlWfQf0fzejKoRCfWQ6jNy_5cDJdZiivSVV0aqMsI5IWQ27PaewixBWgog4xfYeY5O6egq8yfZivRtItDTeFa9YkmcmMU7ArA',
  },
  hkdf: {
    master: '0b'.repeat(32),
    vault: 'vault-id',
    purpose: 'header',
    derived: '434ee217b0a1a2dff48b657f2876594b9464f277d64b9aab5c87f01c22f13b8f',
  },
  argon2id: {
    passphrase: 'correct horse battery',
    salt: 'AAECAwQFBgcICQoLDA0ODw',
    costs: { memory_kib: 19 * 1024, passes: 2, lanes: 4 },
    derived: '0954abfc292f0a68861cdae5216c72682c53bf4c6e542f8dafb975f145abdf0b',
  },
  /** As a new vault asks for. */
  argon2idFull: {
    passphrase: 'correct horse battery',
    salt: 'AAECAwQFBgcICQoLDA0ODw',
    costs: { memory_kib: 128 * 1024, passes: 3, lanes: 4 },
    derived: '7f1cdf0c65243ee492b4e3bdc6181ccb65d4cef5a4ce6a7225fb7422bcd6fd83',
  },
};
