import { generateKeyPairSync } from 'node:crypto';
import ssh2 from 'ssh2';

/** A server that asks for a password and then for a code, each in a round of its own, and answers every command with `in`. */
export function startTwoFactors(expected: {
  user: string;
  password: string;
  code: string;
}): Promise<{ port: number; close(): void }> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const server = new ssh2.Server({ hostKeys: [privateKey] }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      if (context.method !== 'keyboard-interactive' || context.username !== expected.user) {
        context.reject(['keyboard-interactive']);
        return;
      }
      context.prompt([{ prompt: 'Password: ', echo: false }], ([password]) => {
        if (password !== expected.password) context.reject(['keyboard-interactive']);
        else
          context.prompt([{ prompt: 'Verification code: ', echo: true }], ([code]) =>
            code === expected.code ? context.accept() : context.reject(['keyboard-interactive']),
          );
      });
    });
    client.on('session', (accept) =>
      accept().on('exec', (acceptExec) => {
        const channel = acceptExec();
        channel.write('in');
        channel.exit(0);
        channel.end();
      }),
    );
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve({
        port: (server.address() as { port: number }).port,
        close: () => void server.close(),
      }),
    );
  });
}
