import { z } from 'zod';

// The page's policy forbids eval; zod would probe for it when the first schema is made. This file
// is therefore the first import of the entry.
z.config({ jitless: true });
