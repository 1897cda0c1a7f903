'use strict';
/**
 * The app inside the fallback runtime: opens whatever app folder the command line names, the way
 * Electron's own default app does, and hands out the better-sqlite3 that was built for this
 * Electron. Used only in development where Electron itself cannot be downloaded.
 */
const { existsSync, readFileSync } = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { app } = require('electron');
require('./native.cjs');

// `-r FILE` loads a module first, as Electron's own default app does it; drivers need that.
const required = process.argv.filter((_argument, at) => process.argv[at - 1] === '-r');
for (const file of required) require(path.resolve(file));

const folder = process.argv
  .slice(1)
  .filter((argument) => !argument.startsWith('-'))
  .map((argument) => path.resolve(argument))
  .find((candidate) => existsSync(path.join(candidate, 'package.json')));

if (folder === undefined) {
  process.stderr.write('usage: electron [options] FOLDER-WITH-PACKAGE.JSON\n');
  app.exit(2);
} else {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  app.setAppPath(folder);
  app.setName(manifest.productName || manifest.name);
  app.setVersion(manifest.version);
  app.setPath('userData', path.join(app.getPath('appData'), app.getName()));
  const entry = path.join(folder, manifest.main || 'index.js');
  const isModule = entry.endsWith('.mjs') || (entry.endsWith('.js') && manifest.type === 'module');
  if (isModule) void import(pathToFileURL(entry).href);
  else require(entry);
}
