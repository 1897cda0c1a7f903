import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { testFabric } from '../testing/fabric.ts';
import { withPlace } from '../testing/place.ts';
import { startSshd } from '../testing/sshd.ts';
import { ask, overSftp } from './browse.ts';

let dir: string;
withPlace(
  'nexus-sftp-',
  () => undefined,
  (made) => (dir = made),
);

/** Answers the greeting as it should (version 3), waits for a request, and says nonsense until it is ended. */
const NONSENSE = `#!/bin/sh
printf '\\0\\0\\0\\5\\2\\0\\0\\0\\3'
dd bs=1 count=14 >/dev/null 2>&1
while printf '\\377\\377\\377\\377nonsense'; do sleep 0.01; done
`;

it.each(['builtin', 'openssh'] as const)(
  'a server whose SFTP talks nonsense ends that session and nothing else: %s',
  async (client) => {
    // Bug caught: an error that nobody hears ends Nexus, or every other command on the host.
    const subsystem = join(dir, 'nonsense');
    writeFileSync(subsystem, NONSENSE);
    chmodSync(subsystem, 0o755);
    const broken = await startSshd({ config: [`Subsystem sftp ${subsystem}`] });
    const { fabric, host } = testFabric();
    const target = host('a', broken, { options: { client } });
    const other = fabric.run('a', 'echo begun; sleep 1; echo done');
    other.catch(() => undefined);
    const work = fabric.withSession(target, 'command', {}, (connection) =>
      overSftp(connection, (sftp) => ask('/etc', (done) => sftp.stat('/etc', done))),
    );
    await expect(work).rejects.toMatchObject({ code: expect.stringMatching(/^ssh\.(file|sftp)_/) });
    expect((await other).stdout.toString()).toBe('begun\ndone\n');
    await broken.stop();
  },
);
