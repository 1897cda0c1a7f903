/* oxlint-disable import/default -- the addresses of the files, not what they export */
import type * as FitModule from '@xterm/addon-fit';
import type * as SearchModule from '@xterm/addon-search';
import type * as GraphemesModule from '@xterm/addon-unicode-graphemes';
import type * as LinksModule from '@xterm/addon-web-links';
import type * as WebglModule from '@xterm/addon-webgl';
import type * as XtermModule from '@xterm/xterm';
import fitUrl from '@xterm/addon-fit/lib/addon-fit.mjs?url&no-inline';
import searchUrl from '@xterm/addon-search/lib/addon-search.mjs?url&no-inline';
import graphemesUrl from '@xterm/addon-unicode-graphemes/lib/addon-unicode-graphemes.mjs?url&no-inline';
import linksUrl from '@xterm/addon-web-links/lib/addon-web-links.mjs?url&no-inline';
import webglUrl from '@xterm/addon-webgl/lib/addon-webgl.mjs?url&no-inline';
import xtermUrl from '@xterm/xterm/lib/xterm.mjs?url&no-inline';
import '@xterm/xterm/css/xterm.css';

/** The modules of the terminal, without the WebGL renderer. */
export interface Xterm {
  Terminal: typeof XtermModule.Terminal;
  FitAddon: typeof FitModule.FitAddon;
  SearchAddon: typeof SearchModule.SearchAddon;
  WebLinksAddon: typeof LinksModule.WebLinksAddon;
  UnicodeGraphemesAddon: typeof GraphemesModule.UnicodeGraphemesAddon;
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
    import(/* @vite-ignore */ xtermUrl) as Promise<typeof XtermModule>,
    import(/* @vite-ignore */ fitUrl) as Promise<typeof FitModule>,
    import(/* @vite-ignore */ searchUrl) as Promise<typeof SearchModule>,
    import(/* @vite-ignore */ linksUrl) as Promise<typeof LinksModule>,
    import(/* @vite-ignore */ graphemesUrl) as Promise<typeof GraphemesModule>,
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
export async function loadWebgl(): Promise<typeof WebglModule.WebglAddon> {
  const module = (await import(/* @vite-ignore */ webglUrl)) as typeof WebglModule;
  return module.WebglAddon;
}
