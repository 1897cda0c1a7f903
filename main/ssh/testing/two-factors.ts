import { startServer, type TestServer } from './server.ts';

/** A server that asks for a password and then for a code, each in a round of its own, and answers every command with `in`. */
export function startTwoFactors(expected: {
  user: string;
  password: string;
  code: string;
}): Promise<TestServer> {
  return startServer((client) => {
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
}
