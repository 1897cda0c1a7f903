/** The part of the Trusted Types API that is used here (W3C Trusted Types, section 2.3). */
interface PolicyFactory {
  createPolicy(
    name: string,
    rules: { createScriptURL(address: string): string },
  ): { createScriptURL(address: string): string };
}

/**
 * An address as the page's policy passes it: one of our own files.
 *
 * @throws TypeError for any other.
 */
export function ownScript(address: string, page: string): string {
  const url = new URL(address, page);
  const own = new URL(page);
  if (url.protocol !== own.protocol || url.host !== own.host)
    throw new TypeError(`No script from ${url.protocol}//${url.host} may run here.`);
  return url.href;
}

// The content security policy allows one Trusted Types policy, by this name; there is no other.
const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
const policy = factory?.createPolicy('nexus', {
  createScriptURL: (address) => ownScript(address, window.location.href),
});

/**
 * Starts a worker from one of our own files. Under Trusted Types a plain `new Worker(address)` is
 * an error; this is the only way to start one.
 */
export function startWorker(address: string, options?: WorkerOptions): Worker {
  return new Worker(policy?.createScriptURL(address) ?? address, options);
}
