import { registerHooks } from 'node:module';

/**
 * Hands dependency-cruiser the TypeScript 6 that stands in node_modules as `typescript6`: it reads
 * sources through the compiler's JavaScript API, which TypeScript 7 does not have. Loaded with
 * `node --import`.
 */
registerHooks({
  resolve(specifier, context, next) {
    const asked = specifier === 'typescript' || specifier.startsWith('typescript/');
    if (!asked || !context.parentURL?.includes('/dependency-cruiser/'))
      return next(specifier, context);
    return next(specifier.replace('typescript', 'typescript6'), context);
  },
});
