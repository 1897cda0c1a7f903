'use strict';
/**
 * Answers `require('better-sqlite3')` with the copy beside this file, in this thread and, by way
 * of `--require`, in every worker thread that is started from it.
 */
const Module = require('node:module');
const workers = require('node:worker_threads');

const own = Module.createRequire(__filename).resolve('better-sqlite3');
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  return request === 'better-sqlite3' ? own : resolveFilename.call(this, request, ...rest);
};

workers.Worker = class extends workers.Worker {
  constructor(file, options = {}) {
    const execArgv = ['--require', __filename, ...(options.execArgv || [])];
    super(file, { ...options, execArgv });
  }
};
