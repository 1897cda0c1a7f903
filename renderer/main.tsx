import './zodConfig.ts';

// Imported late, so that no schema is made before zod knows that it must not probe for eval:
// static imports that end up in shared chunks would run first.
await import('./start.tsx');
