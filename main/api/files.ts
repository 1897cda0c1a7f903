import type { Handlers } from './handlerTypes.ts';
import type { Services } from './services.ts';

/** Opening transfers between a browser and hosts; the bytes go by the gateway. */
export function fileHandlers(files: Services['files']): Handlers['files'] {
  return {
    openUpload: (input, { caller, signal }) => files.openUpload(input, caller.name, signal),
    openDownload: (input, { caller, signal }) => files.openDownload(input, caller.name, signal),
  };
}
