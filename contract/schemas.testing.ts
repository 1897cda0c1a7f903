import type { z } from 'zod';

/** For tests: whether a schema takes a value. */
export const takes = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success;
