/**
 * Where this Node is too old for the database's native part, what to say; it would end the process
 * without a word (Node-API 10 came with Node 22.14 and 23.6). Inside Electron the app brings its own.
 */
export function nodeTooOld(
  versions: NodeJS.ProcessVersions = process.versions,
): string | undefined {
  if (versions['electron'] !== undefined || Number(versions['napi']) >= 10) return undefined;
  return (
    `error: Nexus needs Node 22.14, 23.6 or newer; this is ${versions.node}. [node.too_old]\n` +
    'hint: Start it with build/bin/nexus.mjs, which takes the Node that `npm ci` brings along.\n'
  );
}
