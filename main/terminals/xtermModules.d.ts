// The files that Node loads, by name: a bundler would take others, which export in another way.
declare module '@xterm/headless/lib-headless/xterm-headless.js' {
  const api: typeof import('@xterm/headless');
  export default api;
}
declare module '@xterm/addon-unicode-graphemes/lib/addon-unicode-graphemes.js' {
  const api: typeof import('@xterm/addon-unicode-graphemes');
  export default api;
}
