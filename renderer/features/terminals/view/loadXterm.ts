import fitUrl from '@xterm/addon-fit/lib/addon-fit.mjs?url&no-inline';
import searchUrl from '@xterm/addon-search/lib/addon-search.mjs?url&no-inline';
import graphemesUrl from '@xterm/addon-unicode-graphemes/lib/addon-unicode-graphemes.mjs?url&no-inline';
import linksUrl from '@xterm/addon-web-links/lib/addon-web-links.mjs?url&no-inline';
import webglUrl from '@xterm/addon-webgl/lib/addon-webgl.mjs?url&no-inline';
import xtermUrl from '@xterm/xterm/lib/xterm.mjs?url&no-inline';
import '@xterm/xterm/css/xterm.css';

/** The modules of the terminal, without the WebGL renderer. */
export interface Xterm {
  Terminal: typeof import('@xterm/xterm').Terminal;
  FitAddon: typeof import('@xterm/addon-fit').FitAddon;
  SearchAddon: typeof import('@xterm/addon-search').SearchAddon;
  WebLinksAddon: typeof import('@xterm/addon-web-links').WebLinksAddon;
  UnicodeGraphemesAddon: typeof import('@xterm/addon-unicode-graphemes').UnicodeGraphemesAddon;
}

let loading: Promise<Xterm> | undefined;

/**
 * Loads the terminal when the first one is shown. Its files are taken as they were published: a
 * minifier that renames their identifiers breaks them, so the bundler hands out their addresses only.
 */
export function loadXterm(): Promise<Xterm> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Xterm> {
  const [xterm, fit, search, links, graphemes] = await Promise.all([
    import(/* @vite-ignore */ xtermUrl) as Promise<typeof import('@xterm/xterm')>,
    import(/* @vite-ignore */ fitUrl) as Promise<typeof import('@xterm/addon-fit')>,
    import(/* @vite-ignore */ searchUrl) as Promise<typeof import('@xterm/addon-search')>,
    import(/* @vite-ignore */ linksUrl) as Promise<typeof import('@xterm/addon-web-links')>,
    import(/* @vite-ignore */ graphemesUrl) as Promise<
      typeof import('@xterm/addon-unicode-graphemes')
    >,
    // Cells are measured once, with whatever font is there.
    document.fonts?.load('13px "JetBrains Mono Variable"'),
  ]);
  return {
    Terminal: xterm.Terminal,
    FitAddon: fit.FitAddon,
    SearchAddon: search.SearchAddon,
    WebLinksAddon: links.WebLinksAddon,
    UnicodeGraphemesAddon: graphemes.UnicodeGraphemesAddon,
  };
}

/** The WebGL renderer; loaded only where there is hardware for it. */
export async function loadWebgl(): Promise<typeof import('@xterm/addon-webgl').WebglAddon> {
  const module = (await import(/* @vite-ignore */ webglUrl)) as typeof import('@xterm/addon-webgl');
  return module.WebglAddon;
}
