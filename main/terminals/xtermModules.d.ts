// The files that Node loads, by name: a bundler would take others, which export in another way.
declare module '@xterm/headless/lib-headless/xterm-headless.js' {
  import type * as module from '@xterm/headless';
  const api: typeof module;
  export default api;
}
declare module '@xterm/addon-unicode-graphemes/lib/addon-unicode-graphemes.js' {
  import type * as module from '@xterm/addon-unicode-graphemes';
  const api: typeof module;
  export default api;
}
