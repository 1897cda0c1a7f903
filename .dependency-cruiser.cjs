/** The floors of the house: who may import whom. A wrong arrow fails the build. */
const faces = '^main/(shell|gateway|mcp|cli|socket)/';
const roots = '^main/((index|cli|platform)\\.ts$|composition/)';
// The workflows service is three parts and a store; these are their doors besides index.ts, and
// the list of every kind of step, which checking a file without a platform needs too; and what
// steps that run scripts share.
const doors =
  '^main/(workflows/(engine/door|language/compiled|kinds/kind|kinds/script|kinds/registry)|composition/kinds)\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      // The shell's grammar is recursive: a word holds commands, and a command holds words.
      comment: 'Two modules that need each other are one module, or miss a third.',
      severity: 'error',
      from: { pathNot: '^main/workflows/shell/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'contract-stands-alone',
      comment: 'The shared language imports nothing of ours, and of others only zod and oRPC.',
      severity: 'error',
      from: { path: '^contract/', pathNot: '\\.(test|testing)\\.ts$' },
      to: { pathNot: ['^contract/', 'node_modules/(zod|@orpc)/'] },
    },
    {
      name: 'base-knows-no-service',
      severity: 'error',
      from: { path: '^main/base/' },
      to: { path: '^(main|preload|renderer|build|e2e|bench)/', pathNot: '^main/base/' },
    },
    {
      name: 'services-know-no-face',
      comment: 'Faces call services; a service never knows who called.',
      severity: 'error',
      from: { path: '^main/', pathNot: [faces, roots, '^main/api/', '^main/integration/'] },
      to: { path: [faces, roots, '^main/api/'] },
    },
    {
      name: 'services-through-their-door',
      comment: 'Another service is used through its index.ts.',
      severity: 'error',
      from: { path: '^main/([^/]+)/', pathNot: '\\.(test|testing)\\.ts$' },
      to: {
        path: '^main/([^/]+)/',
        pathNot: [
          '^main/$1/',
          '^main/(base|api)/',
          '^main/[^/]+/index\\.ts$',
          '^main/[^/]+/[^/]+/index\\.ts$',
          doors,
        ],
      },
    },
    {
      name: 'electron-only-in-the-shell',
      severity: 'error',
      from: { pathNot: ['^main/shell/', '^main/index\\.ts$', '^preload/', '^(build|e2e|bench)/'] },
      to: { path: ['^electron$', '(^|/)node_modules/electron/'] },
    },
    {
      name: 'shell-only-from-index',
      severity: 'error',
      from: { path: '^main/', pathNot: ['^main/shell/', '^main/index\\.ts$'] },
      to: { path: '^main/shell/' },
    },
    {
      name: 'renderer-knows-contract-only',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^(main|preload|build|e2e|bench|resources)/' },
    },
    {
      name: 'preload-knows-nothing',
      severity: 'error',
      from: { path: '^preload/' },
      to: { path: '^(main|renderer|contract|build|e2e|bench)/' },
    },
    {
      name: 'product-without-tools',
      comment: 'Nothing that ships imports the scripts, the tests or the benchmarks.',
      severity: 'error',
      from: { path: '^(contract|main|preload|renderer)/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '^(build|e2e|bench)/' },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '\\?' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^out' },
    tsPreCompilationDeps: true,
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json', '.css'],
    },
  },
};
