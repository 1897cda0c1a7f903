// oxlint-disable typescript/no-explicit-any -- JSON of another process, looked into freely
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { type ClientRequest, request as httpRequest } from 'node:http';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { hostOn } from '#main/ssh/testing/host.ts';
import { startSshd, stopAll, type Sshd } from '#main/ssh/testing/sshd.ts';
import { newFolder, serve, type Server } from './nexus.testing.ts';

/** For tests: a running Nexus with the host `web`. */
export interface Place {
  sshd: Sshd;
  server: Server;
  /** An administrator's. */
  token: string;
  /** A folder on the host, which is this machine. */
  remote: string;
}

/** For tests: a place for each test, given to `take`, and what is asked of it about files. */
export function hostFiles(take: (place: Place) => void) {
  let sshd: Sshd;
  let place: Place;
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(stopAll);
  beforeEach(async () => {
    const server = await serve(newFolder());
    const token = await server.token('admin');
    place = { sshd, server, token, remote: newFolder('nexus-remote-') };
    const body = JSON.stringify(hostOn(sshd, 'web'));
    const added = await server.call('/api/v1/hosts', { token, method: 'POST', body });
    if (!added.ok) throw new Error(await added.text());
    take(place);
  });

  const post = async (path: string, body: object, as = place.token): Promise<any> => {
    const answer = await place.server.call(`/api/v1/${path}`, {
      token: as,
      method: 'POST',
      body: JSON.stringify(body),
    });
    return answer.json();
  };
  return {
    post,
    openUpload: (name: string, size: number, more: object = {}): Promise<any> =>
      post('file-uploads', { host: 'web', folder: place.remote, name, size, ...more }),
    openDownload: (path: string): Promise<any> => post('file-downloads', { host: 'web', path }),
    put: (url: string, body: Uint8Array, as = place.token) =>
      place.server.call(url, { token: as, method: 'PUT', body: Buffer.from(body) }),
    /** The entries of an action in the audit log, oldest first. */
    async audited(action: string): Promise<any[]> {
      const { server, token } = place;
      const answer = await server.call(`/api/v1/audit?action=${action}&limit=100`, { token });
      const { items } = (await answer.json()) as any;
      return items.toReversed();
    },
    /** A `PUT` whose body is written by hand. */
    putting(url: string, headers: Record<string, string> = {}): ClientRequest {
      const { hostname, port } = new URL(place.server.address);
      const request = httpRequest({
        hostname,
        port,
        path: url,
        method: 'PUT',
        headers: { authorization: `Bearer ${place.token}`, ...headers },
      });
      request.on('error', () => undefined);
      return request;
    },
  };
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** What is left of transfers that have not ended, in a folder of the host. */
export const partsIn = (folder: string) =>
  readdirSync(folder).filter((name) => name.endsWith('.part'));
