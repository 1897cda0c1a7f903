export { Audit, type AuditOptions } from './audit.ts';
export { auditMigrations } from './migrations.ts';
export type { AuditIntent, AuditRecord } from './record.ts';
export type { AuditVerdict } from './verify.ts';
