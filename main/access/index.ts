export { Access, type AccessOptions } from './access.ts';
export { accessMigrations } from './migrations.ts';
