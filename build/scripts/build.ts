import { main } from './lib/failure.ts';
import { bundle } from './lib/vite.ts';

await main(() => bundle(process.argv.includes('--failpoints') ? 'failpoints' : 'release'));
