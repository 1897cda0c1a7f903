'use strict';
// Playwright gives every Electron Chromium's plain-text password store; a test of the keychain says
// which one it wants. Loaded with `-r`, after Playwright's own module and before the app is ready.
const { app } = require('electron');

const wanted = process.env['NEXUS_TEST_PASSWORD_STORE'];
if (wanted) {
  app.commandLine.removeSwitch('password-store');
  app.commandLine.appendSwitch('password-store', wanted);
}
